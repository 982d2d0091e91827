import { provesDate, provesMinutes, provesTime, provesTimestamp, provesUtc } from "./time-proofs.ts";
import { type CellProof, exactCast, type TypeRule } from "./type-rule.ts";

const isoDate: TypeRule = {
  id: "date",
  type: "DATE",
  spelling: "2024-12-31",
  looks: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  value: (x) => exactCast(x, "DATE"),
  proves: provesDate,
};

const time: TypeRule = {
  id: "time",
  type: "TIME",
  spelling: "23:59:59",
  looks: (text) => /^\d\d:\d\d:\d\d(\.\d{1,6})?$/.test(text),
  value: (x) => exactCast(x, "TIME"),
  proves: provesTime,
};

interface TimestampForm {
  id: string;
  spelling: string;
  shape: RegExp;
  /** SQL for the claim that the timestamp's own text is that of the cell. */
  back: (own: string, x: string) => string;
  proves: CellProof;
}

function timestampRule({ id, spelling, shape, back, proves }: TimestampForm): TypeRule {
  return {
    id,
    type: "TIMESTAMP",
    spelling,
    looks: (text) => shape.test(text),
    value: (x) => {
      const cast = `TRY_CAST(${x} AS TIMESTAMP)`;
      return `CASE WHEN ${back(`${cast}::VARCHAR`, x)} THEN ${cast} END`;
    },
    proves,
  };
}

const withSpace = (x: string) => `replace(${x}, 'T', ' ')`;
const withoutZeros = (x: string) => `CASE WHEN contains(${x}, '.') THEN rtrim(rtrim(${x}, '0'), '.') ELSE ${x} END`;

const isoTimestamps: readonly TypeRule[] = [
  timestampRule({
    id: "timestamp",
    spelling: "2024-12-31 23:59:59",
    shape: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?$/,
    back: (own, x) => `${own} = ${withoutZeros(withSpace(x))}`,
    proves: provesTimestamp,
  }),
  timestampRule({
    id: "timestamp_minutes",
    spelling: "2024-12-31 23:59",
    shape: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/,
    back: (own, x) => `${own} = ${withSpace(x)} || ':00'`,
    proves: provesMinutes,
  }),
  // Times in UTC are kept as such without a zone: a zone would show them differently on every machine.
  timestampRule({
    id: "timestamp_utc",
    spelling: "2024-12-31T23:59:59Z (UTC)",
    shape: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
    back: (own, x) => `${x} LIKE '%Z' AND ${own} = ${withoutZeros(`rtrim(${withSpace(x)}, 'Z')`)}`,
    proves: provesUtc,
  }),
];

/** Dates as people write them. `padded` writes 01, `bare` writes 1; a column may mix them. */
function localRule(
  id: string,
  padded: string,
  bare: string,
  looks: RegExp,
  type: "DATE" | "TIMESTAMP" = "DATE",
): TypeRule {
  return {
    id,
    type,
    spelling: padded,
    looks: (text) => looks.test(text),
    value: (x) => {
      const parsed = `try_strptime(${x}, '${padded}')`;
      const isSame = `${x} IN (strftime(${parsed}, '${padded}'), strftime(${parsed}, '${bare}'))`;
      return `CASE WHEN ${isSame} THEN CAST(${parsed} AS ${type}) END`;
    },
  };
}

const DAY = "(0?[1-9]|[12]\\d|3[01])";
const MONTH_NUMBER = "(0?[1-9]|1[0-2])";
const CLOCKS = [
  { id: "", padded: "", bare: "", looks: "" },
  { id: "_time", padded: " %H:%M", bare: " %-H:%M", looks: " \\d{1,2}:\\d\\d" },
  { id: "_times", padded: " %H:%M:%S", bare: " %-H:%M:%S", looks: " \\d{1,2}:\\d\\d:\\d\\d" },
] as const;

/** Day and month as numbers in one order, alone and with the time of day. */
function numericRules(order: "dmy" | "mdy", name: string, separator: string): TypeRule[] {
  const [first, second] = order === "dmy" ? (["d", "m"] as const) : (["m", "d"] as const);
  const part = { d: DAY, m: MONTH_NUMBER };
  return CLOCKS.map(({ id, padded, bare, looks }) =>
    localRule(
      `${order}_${name}${id}`,
      [`%${first}`, `%${second}`, `%Y${padded}`].join(separator),
      [`%-${first}`, `%-${second}`, `%Y${bare}`].join(separator),
      new RegExp(`^${[part[first], part[second], `\\d{4}${looks}`].join(`\\${separator}`)}$`),
      id === "" ? "DATE" : "TIMESTAMP",
    ),
  );
}

const MONTH = "[A-Z][a-z]{2}";

const namedMonths: readonly TypeRule[] = [
  localRule("ymd_slash", "%Y/%m/%d", "%Y/%-m/%-d", /^\d{4}\/\d{1,2}\/\d{1,2}$/),
  ...CLOCKS.slice(1).map(({ id, padded, bare, looks }) =>
    localRule(
      `ymd_slash${id}`,
      `%Y/%m/%d${padded}`,
      `%Y/%-m/%-d${bare}`,
      new RegExp(`^\\d{4}/\\d{1,2}/\\d{1,2}${looks}$`),
      "TIMESTAMP",
    ),
  ),
  localRule("mon_day_year", "%b %d %Y", "%b %-d %Y", new RegExp(`^${MONTH} \\d{1,2} \\d{4}$`)),
  localRule("mon_day_comma_year", "%b %d, %Y", "%b %-d, %Y", new RegExp(`^${MONTH} \\d{1,2}, \\d{4}$`)),
  localRule("day_mon_year", "%d %b %Y", "%-d %b %Y", new RegExp(`^\\d{1,2} ${MONTH} \\d{4}$`)),
  localRule("day_dash_mon_year", "%d-%b-%Y", "%-d-%b-%Y", new RegExp(`^\\d{1,2}-${MONTH}-\\d{4}$`)),
];

/** Forms that only mean one thing. */
export const isoRules: readonly TypeRule[] = [isoDate, ...isoTimestamps, time];

/** ISO forms first, then local ones. A day-first rule and its month-first twin may both hold: then neither does. */
export const timeRules: readonly TypeRule[] = [
  ...isoRules,
  ...namedMonths,
  ...numericRules("dmy", "dot", "."), // nobody writes the month first with dots
  ...numericRules("dmy", "slash", "/"),
  ...numericRules("mdy", "slash", "/"),
  ...numericRules("dmy", "dash", "-"),
  ...numericRules("mdy", "dash", "-"),
];

/** The rule that reads the same texts with day and month the other way round, if there is one. */
export function twinOf(rule: TypeRule): string | undefined {
  if (rule.id.startsWith("dmy_")) return rule.id.replace("dmy_", "mdy_");
  return rule.id.startsWith("mdy_") ? rule.id.replace("mdy_", "dmy_") : undefined;
}
