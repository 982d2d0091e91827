import { type Html, html, inline } from "./html.ts";
import type { Schema } from "./openapi-types.ts";

/** What a value is, in few words; schemas that have a name are links to where they are described. */
export function typeOf(schema: Schema): Html {
  if (schema.$ref !== undefined) return schemaLink(schema.$ref);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return joined(choices.map(typeOf), " or ");
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(
      schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ", ",
    );
  if (schema.type === "array") return html`list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object" && schema.properties === undefined) {
    return html`object of ${typeOf(schema.additionalProperties)}`;
  }
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "any JSON");
  return html`${schema.format === "binary" ? "bytes" : type}`;
}

function schemaLink(ref: string): Html {
  const name = ref.slice(ref.lastIndexOf("/") + 1);
  return html`<a href="#schema-${name}">${name}</a>`;
}

function joined(pieces: readonly Html[], between: string): Html {
  return html`${pieces.map((piece, index) => html`${index > 0 && between}${piece}`)}`;
}

/** Bounds and defaults, as far as a person would ask for them. */
function limitsOf(schema: Schema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const number = between(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, "");
  const length = between(minLength, maxLength, " characters");
  const count = between(minItems, maxItems, " entries");
  const unless = schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`;
  return [number, length, count, unless].filter((text) => text !== "").join(", ");
}

function between(least: number | undefined, most: number | undefined, unit: string): string {
  const from = least === Number.MIN_SAFE_INTEGER ? undefined : least;
  if (from === undefined) return most === undefined ? "" : `at most ${grouped(most)}${unit}`;
  if (most !== undefined) return `${grouped(from)} to ${grouped(most)}${unit}`;
  return from === 1 && unit !== "" ? "not empty" : `at least ${grouped(from)}${unit}`;
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** A named value with its type, its bounds and its words: a property, a parameter or a header. */
export function field(
  name: string,
  schema: Schema,
  { isRequired, description }: { isRequired: boolean; description?: string | undefined },
): Html {
  const inner = innerOf(schema);
  const words = description ?? schema.description;
  const limits = limitsOf(schema);
  return html`<li>
    <span class="name"><code>${name}</code></span>
    <span class="type">${typeOf(schema)}${limits !== "" && html`, ${limits}`}${isRequired && html` <strong>required</strong>`}</span>
    ${words !== undefined && html`<span class="words">${inline(words)}</span>`}
    ${inner !== undefined && propertyList(inner)}
  </li>`;
}

/** The object in which to look further: the value itself, or what stands in its list. */
function innerOf(schema: Schema): Schema | undefined {
  if (schema.properties !== undefined) return schema;
  if (schema.items !== undefined) return innerOf(schema.items);
  const choice = (schema.anyOf ?? schema.oneOf)?.map(innerOf).find((one) => one !== undefined);
  return choice ?? (typeof schema.additionalProperties === "object" ? innerOf(schema.additionalProperties) : undefined);
}

/** The properties of an object, one under the other; undefined where it has none of its own. */
export function propertyList(schema: Schema): Html | undefined {
  const object = innerOf(schema);
  if (object?.properties === undefined) return undefined;
  const required = new Set(object.required);
  const entries = Object.entries(object.properties);
  return html`<ul class="fields">${entries.map(([name, value]) => field(name, value, { isRequired: required.has(name) }))}</ul>`;
}
