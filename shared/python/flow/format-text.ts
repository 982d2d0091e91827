/** Texts put together with holes: `%` and `str.format`. */
import { combine, type Pattern, text, join, type Value, UNKNOWN } from "./value.ts";

const PERCENT = /%(?:\([^)]*\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z%]/g;

/** `template % value`: what is named, or is no text, is a hole. */
export function percentFormat(template: string, argument: Value): Value {
  const [only] = argument;
  const items = only?.is === "tuple" ? only.items : [argument];
  let next = 0;
  return fill(template, PERCENT, (match) => {
    if (match === "%%") return "%";
    const item = items[next++];
    return match === "%s" ? (item ?? UNKNOWN) : UNKNOWN;
  });
}

const BRACES = /\{\{|\}\}|\{([^{}!:]*)(?:![rsa])?(:[^{}]*)?\}/g;

/** `template.format(…)`: positions and names without a format of their own; anything else is a hole. */
export function braceFormat(template: string, args: readonly Value[], named: ReadonlyMap<string, Value>): Value {
  let next = 0;
  return fill(template, BRACES, (match, name = "", format) => {
    if (match === "{{" || match === "}}") return match.slice(1);
    const value = name === "" ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name);
    return format === undefined ? (value ?? UNKNOWN) : UNKNOWN;
  });
}

function fill(
  template: string,
  field: RegExp,
  fieldValue: (match: string, name?: string, format?: string) => Value | string,
): Value {
  const values: Value[] = [];
  let from = 0;
  for (const match of template.matchAll(field)) {
    const value = fieldValue(match[0], match[1], match[2]);
    values.push(text([template.slice(from, match.index)]), typeof value === "string" ? text([value]) : value);
    from = match.index + match[0].length;
  }
  values.push(text([template.slice(from)]));
  return concatenate(values);
}

/** One text after the other. */
export function concatenate(values: readonly Value[]): Value {
  const patterns: Pattern[] = combine(values, (parts) => parts.flat());
  return join(...patterns.map((pattern) => text(pattern)));
}
