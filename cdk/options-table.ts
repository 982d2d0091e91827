import * as z from "zod";
import { stageOptions } from "./stage-options.ts";

/** A JSON schema, as far as zod makes use of it here. */
interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

interface Row {
  readonly path: string;
  readonly values: string;
  readonly isOptional: boolean;
  readonly meaning: string;
}

/** Every option as a Markdown table, with what the named stages of cdk.json say. */
export function toOptionsTable(stages: Record<string, unknown>): string {
  const schema = z.toJSONSchema(stageOptions, { io: "input", unrepresentable: "any" }) as Schema;
  const rows = rowsOf(schema, "", false).map(({ path, values, isOptional, meaning }) => [
    `\`${path}\``,
    `${values}${isOptional ? ", may be left out" : ""}`,
    meaning,
    ...Object.values(stages).map((stage) => toCell(valueAt(stage, path))),
  ]);
  const names = Object.keys(stages).map((name) => `\`${name}\``);
  const lines = [["option", "takes", "means", ...names], ["---", "---", "---", ...names.map(() => "---")], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function rowsOf(schema: Schema, path: string, isOptional: boolean): Row[] {
  const { properties, required = [], items, description } = schema;
  const own = { path, isOptional, meaning: (description ?? "").replaceAll("|", "\\|") };
  const inside = (parent: Schema, at: string) =>
    Object.entries(parent.properties ?? {}).flatMap(([name, child]) =>
      rowsOf(child, at === "" ? name : `${at}.${name}`, !(parent.required ?? required).includes(name)),
    );
  if (properties !== undefined) {
    const header = description === undefined ? [] : [{ ...own, values: "an object" }];
    return [...header, ...inside(schema, path)];
  }
  if (items?.properties !== undefined) return [{ ...own, values: "a list" }, ...inside(items, `${path}[]`)];
  return [{ ...own, values: toValues(schema) }];
}

function toValues({ type, items, enum: words, anyOf, minimum, maximum, exclusiveMinimum }: Schema): string {
  const choices = words ?? anyOf?.map(({ const: value }) => value);
  if (choices !== undefined) return choices.map((value) => `\`${value}\``).join(", ");
  if (type === "array") return `a list of ${items?.type === "string" ? "texts" : "values"}`;
  if (type === "boolean") return "`true`, `false`";
  if (type !== "integer" && type !== "number") return "a text";
  const kind = type === "integer" ? "a whole number" : "a number";
  // What zod says of integers without a bound of their own is JavaScript's.
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const least = exclusiveMinimum === undefined ? minimum : undefined;
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`;
  const above = exclusiveMinimum === undefined ? kind : `${kind} above ${exclusiveMinimum}`;
  return most === undefined ? above : `${above}, up to ${most}`;
}

function valueAt(stage: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], stage);
}

function toCell(value: unknown): string {
  return value === undefined || (typeof value === "object" && !Array.isArray(value))
    ? ""
    : `\`${JSON.stringify(value)}\``;
}
