import { timestampForms } from "./timestamp-forms.ts";
import { provesDate, provesMinutes, provesTime, provesTimestamp, provesUtc } from "./time-proofs.ts";
import { type CellProof, exactCast, type TypeRule } from "./type-rule.ts";

const isoDate: TypeRule = {
  id: "date",
  type: "DATE",
  spelling: "2024-12-31",
  looks: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  value: (x) => exactCast(x, "DATE"),
  proves: provesDate,
  text: (v) => `${v}::VARCHAR`,
  isExact: true,
};

const time: TypeRule = {
  id: "time",
  type: "TIME",
  spelling: "23:59:59",
  looks: (text) => /^\d\d:\d\d:\d\d(\.\d{1,6})?$/.test(text),
  value: (x) => exactCast(x, "TIME"),
  proves: provesTime,
  text: (v) => `${v}::VARCHAR`,
  isExact: true,
};

interface TimestampForm {
  id: string;
  spelling: string;
  shape: RegExp;
  /** SQL for the claim that the timestamp's own text is that of the cell. */
  back: (own: string, x: string) => string;
  proves: CellProof;
  /** SQL for its text, with a space. */
  text: (v: string) => string;
}

function timestampRule({ id, spelling, shape, back, proves, text }: TimestampForm): TypeRule {
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
    text,
    isExact: false,
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
    text: (v) => `${v}::VARCHAR`,
  }),
  timestampRule({
    id: "timestamp_minutes",
    spelling: "2024-12-31 23:59",
    shape: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/,
    back: (own, x) => `${own} = ${withSpace(x)} || ':00'`,
    proves: provesMinutes,
    text: (v) => `strftime(${v}, '%Y-%m-%d %H:%M')`,
  }),
  // Times in UTC are kept as such without a zone: a zone would show them differently on every machine.
  timestampRule({
    id: "timestamp_utc",
    spelling: "2024-12-31T23:59:59Z (UTC)",
    shape: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
    back: (own, x) => `${x} LIKE '%Z' AND ${own} = ${withoutZeros(`rtrim(${withSpace(x)}, 'Z')`)}`,
    proves: provesUtc,
    text: (v) => `${v}::VARCHAR || 'Z'`,
  }),
];

interface LocalForm {
  id: string;
  /** Writes 01 for the first. */
  padded: string;
  /** Writes 1. */
  bare: string;
  looks: RegExp;
  type?: "DATE" | "TIMESTAMP";
}

/** Dates as people write them: all padded, all bare, or in a column that mixes them. */
function localRules({ id, padded, bare, looks, type = "DATE" }: LocalForm): TypeRule[] {
  const rule = (formats: readonly [string, ...string[]], own: Partial<TypeRule>): TypeRule => ({
    id,
    type,
    spelling: formats[0],
    looks: (text) => looks.test(text),
    value: (x) => {
      const parsed = `try_strptime(${x}, '${padded}')`;
      const texts = formats.map((format) => `strftime(${parsed}, '${format}')`);
      return `CASE WHEN ${x} IN (${texts.join(", ")}) THEN CAST(${parsed} AS ${type}) END`;
    },
    text: (v) => `strftime(${v}, '${formats[0]}')`,
    isExact: true,
    ...own,
  });
  const paddedLooks = (text: string) => looks.test(text) && !/(^|\D)\d(\D|$)/.test(text);
  const bareLooks = (text: string) => looks.test(text) && !/(^|[^\d:])0\d(\D|$)/.test(text);
  return [
    rule([padded], { id: `${id}#padded`, looks: paddedLooks, formOf: id }),
    rule([bare], { id: `${id}#bare`, looks: bareLooks, formOf: id }),
    rule([padded, bare], { isExact: false }),
  ];
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
  return CLOCKS.flatMap(({ id, padded, bare, looks }) =>
    localRules({
      id: `${order}_${name}${id}`,
      padded: [`%${first}`, `%${second}`, `%Y${padded}`].join(separator),
      bare: [`%-${first}`, `%-${second}`, `%Y${bare}`].join(separator),
      looks: new RegExp(`^${[part[first], part[second], `\\d{4}${looks}`].join(`\\${separator}`)}$`),
      type: id === "" ? "DATE" : "TIMESTAMP",
    }),
  );
}

const MONTH = "[A-Z][a-z]{2}";

const namedMonths: readonly TypeRule[] = [
  { id: "ymd_slash", padded: "%Y/%m/%d", bare: "%Y/%-m/%-d", looks: /^\d{4}\/\d{1,2}\/\d{1,2}$/ },
  ...CLOCKS.slice(1).map(({ id, padded, bare, looks }) => ({
    id: `ymd_slash${id}`,
    padded: `%Y/%m/%d${padded}`,
    bare: `%Y/%-m/%-d${bare}`,
    looks: new RegExp(`^\\d{4}/\\d{1,2}/\\d{1,2}${looks}$`),
    type: "TIMESTAMP" as const,
  })),
  { id: "mon_day_year", padded: "%b %d %Y", bare: "%b %-d %Y", looks: new RegExp(`^${MONTH} \\d{1,2} \\d{4}$`) },
  {
    id: "mon_day_comma_year",
    padded: "%b %d, %Y",
    bare: "%b %-d, %Y",
    looks: new RegExp(`^${MONTH} \\d{1,2}, \\d{4}$`),
  },
  { id: "day_mon_year", padded: "%d %b %Y", bare: "%-d %b %Y", looks: new RegExp(`^\\d{1,2} ${MONTH} \\d{4}$`) },
  { id: "day_dash_mon_year", padded: "%d-%b-%Y", bare: "%-d-%b-%Y", looks: new RegExp(`^\\d{1,2}-${MONTH}-\\d{4}$`) },
].flatMap(localRules);

/** Forms that only mean one thing. */
export const isoRules: readonly TypeRule[] = [isoDate, ...timestampForms, ...isoTimestamps, time];

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
