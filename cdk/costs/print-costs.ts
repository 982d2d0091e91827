import { PRICES_AS_OF } from "../operations/prices.ts";
import { type Assumptions, mixNames } from "./assumptions.ts";
import type { Bill } from "./bill.ts";
import { type Ceiling, toCeilings } from "./ceilings.ts";
import { leverOf } from "./levers.ts";
import type { SessionUsage } from "./usage.ts";

export interface Costs {
  readonly mix: Assumptions;
  readonly usage: SessionUsage;
  /** By sessions a month, ascending. */
  readonly bills: ReadonlyMap<number, Bill>;
  readonly stage: { readonly name: string; readonly requestsPerSecond: number };
}

const SECONDS_A_MONTH = 730 * 3600;
/** Below this many dollars a line says nothing. */
const WORTH_SAYING = 0.005;

/** Everything that `npm run costs` says, as text. */
export function printCosts(costs: Costs): string {
  const { bills } = costs;
  const sizes = [...bills.keys()];
  const header = ["dollars a month, by sessions", ...sizes.map(toCount)];
  const total = ["all", ...[...bills.values()].map((bill) => toDollars(bill.total))];
  const each = ["a session", ...[...bills].map(([sessions, bill]) => `$${(bill.total / sessions).toFixed(5)}`)];
  return [
    `Prices of ${PRICES_AS_OF}, us-east-1, no free tier (cdk/operations/prices.ts). Requests, units and bytes counted on the`,
    "embedded engines; times taken on this machine and turned into Lambda's by the assumptions below.",
    "",
    ...toMix(costs.mix),
    "",
    ...toTable([header, ...rowsOf(bills, ({ byComponent }) => byComponent), total, each]),
    "",
    ...toTable([["the same, by feature", ...sizes.map(toCount)], ...rowsOf(bills, ({ byFeature }) => byFeature)]),
    "",
    ...toDearest(bills),
    "",
    ...toCeilingLines(costs),
  ].join("\n");
}

function toMix(mix: Assumptions): string[] {
  const said = (names: string[]) => names.map((name) => `${name}=${mix[name as keyof Assumptions]}`).join(" ");
  const isMix = new Set<string>(mixNames);
  const behaviour = Object.keys(mix).filter((name) => !isMix.has(name));
  return [
    `A session: ${said([...isMix])}`,
    `AWS: ${said(behaviour)}`,
    "Set others: npm run costs -- queries=20 uploads=5",
  ];
}

function rowsOf(bills: Costs["bills"], linesOf: (bill: Bill) => ReadonlyMap<string, number>): string[][] {
  const largest = [...bills.values()].at(-1);
  const names = [...(largest === undefined ? [] : linesOf(largest).keys())];
  const rows = names.map((name) => [name, ...[...bills.values()].map((bill) => linesOf(bill).get(name) ?? 0)] as const);
  return rows
    .filter(([, ...dollars]) => dollars.some((value) => value >= WORTH_SAYING))
    .map(([name, ...dollars]) => [name, ...dollars.map(toDollars)]);
}

function toDearest(bills: Costs["bills"]): string[] {
  const [sessions = 0, bill] = [...bills].at(-1) ?? [];
  if (bill === undefined) return [];
  const three = [...bill.byComponent].slice(0, 3);
  return [
    `The three dearest lines at ${toCount(sessions)}, and what would cut them:`,
    ...three.map(([name, dollars]) => `  ${name}, ${((100 * dollars) / bill.total).toFixed(0)} %: ${leverOf(name)}`),
  ];
}

function toCeilingLines({ mix, usage, bills, stage }: Costs): string[] {
  const peaks = [...bills.keys()].map((sessions) => {
    return `${toCount(sessions)} a month are ${((mix.peakFactor * sessions) / SECONDS_A_MONTH).toFixed(3)}`;
  });
  const said = ({ name, sessionsPerSecond, lever, isOfOne }: Ceiling) => [
    isOfOne ? `${toRate(sessionsPerSecond)} of one user` : toRate(sessionsPerSecond),
    isOfOne ? "-" : toCount((sessionsPerSecond * SECONDS_A_MONTH) / mix.peakFactor),
    name,
    lever,
  ];
  return [
    `Ceilings of the stage "${stage.name}", the first to be met first. At its busiest, ${peaks.join(", ")} new sessions a second.`,
    ...toTable(
      [["sessions/s", "a month", "what gives out", "what moves it"], ...toCeilings(usage, stage).map(said)],
      2,
    ),
  ];
}

function toTable(rows: readonly (readonly string[])[], rightColumns?: number): string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const isRight = (at: number) => (rightColumns === undefined ? at > 0 : at < rightColumns);
  const pad = (cell: string, at: number) =>
    isRight(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd());
}

function toDollars(dollars: number): string {
  return dollars >= 100 ? Math.round(dollars).toLocaleString("en") : dollars.toFixed(2);
}

function toRate(rate: number): string {
  return rate >= 10 ? String(Math.floor(rate)) : rate.toFixed(1);
}

function toCount(count: number): string {
  if (count >= 1e6) return `${Number((count / 1e6).toPrecision(3))} million`;
  return count >= 1e3 ? `${Number((count / 1e3).toPrecision(3))} thousand` : String(Math.round(count));
}
