import { createConfig, lintFromString } from "@redocly/openapi-core";
import { describe, expect, test } from "vitest";
import { examples } from "../../../shared/contract/examples/all.ts";
import { createOpenApi } from "../../../shared/contract/openapi/document.ts";
import type { Route } from "../../../shared/contract/route.ts";
import * as contract from "../../../shared/contract/routes.ts";

const routes = Object.values(contract) as Route[];
const document = createOpenApi(routes, "1.2.3");

interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; description?: string; example?: unknown; schema?: object }[];
  responses: Record<string, { description: string; headers?: object; content?: Record<string, object> }>;
}

const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path ?? {}) as Operation[]);

describe("the OpenAPI document", () => {
  test("satisfies Redocly's recommended rules, examples against their schemas included", async () => {
    const config = await createConfig({
      extends: ["recommended-strict"],
      rules: {
        // Of a host on one machine and of AWS alike: the address is the one that the document came from.
        "no-server-example.com": "off",
        // `/v1/sessions/current` stands beside `/v1/sessions/{session_id}`: no id looks like that.
        "no-ambiguous-paths": "off",
        // Liveness and the contract have no failure that a caller can act on.
        "operation-4xx-response": { severity: "error", excludeOperations: ["health", "openapi"] },
      },
    });
    const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });
    expect(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)).toEqual([]);
  });

  test("says what every parameter means, and puts every route into a chapter that is described", () => {
    const chapters = document.tags?.map(({ name }) => name);
    const silent = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.filter(({ description }) => description === undefined).map(({ name }) => `${operationId} ${name}`),
    );
    expect(silent).toEqual([]);
    for (const { tags } of operations) {
      expect(chapters).toEqual(expect.arrayContaining(tags));
    }
  });

  test("says what every field of a body means", () => {
    const silent = Object.values(document.paths ?? {})
      .flatMap((path) => Object.values(path ?? {}) as { operationId: string; requestBody?: { content: Media } }[])
      .flatMap(({ operationId, requestBody }) =>
        Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => silentFields(schema, operationId)),
      );
    expect([...new Set(silent)]).toEqual([]);
  });

  test("shows an example of every body, every answer and every problem", () => {
    for (const { operationId, responses } of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const shown = Object.entries(content).filter(([type]) => /[/+]json$|text\/plain/.test(type));
        for (const [type, media] of shown) {
          expect(media, `${operationId} ${status} ${type}`).toSatisfy(
            (one: object) => "example" in one || "examples" in one,
          );
        }
      }
    }
  });

  test("names each problem code under its status, and the headers that come with it", () => {
    const responses = operations.find(({ operationId }) => operationId === "getSession")?.responses ?? {};
    const failures = ["400", "401", "403", "404", "405", "410", "431", "500", "503"];
    expect(Object.keys(responses)).toEqual(["200", "304", ...failures]);
    expect(responses["401"]?.headers).toHaveProperty("www-authenticate");
    expect(responses["404"]?.content?.["application/problem+json"]).toMatchObject({
      schema: {
        allOf: [
          {},
          { properties: { code: { enum: ["route_not_found", "session_not_found"] }, status: { const: 404 } } },
        ],
      },
    });
  });
});

type Media = Record<string, { schema: Schema }>;
interface Schema {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
}

/** Fields without words of their own, and without a named schema that has some. */
function silentFields(schema: Schema, place: string): string[] {
  const named = schema.$ref === undefined ? schema : component(schema.$ref);
  const inside = [...(named.anyOf ?? []), ...(named.allOf ?? []), ...(named.items === undefined ? [] : [named.items])];
  const fields = Object.entries(named.properties ?? {}).flatMap(([name, field]) => {
    const own = isDescribed(field) ? [] : [`${place}.${name}`];
    return [...own, ...silentFields(field, `${place}.${name}`)];
  });
  return [...fields, ...inside.flatMap((one) => silentFields(one, place))];
}

function isDescribed({ description, $ref, anyOf = [] }: Schema): boolean {
  return description !== undefined || $ref !== undefined || anyOf.some(isDescribed);
}

function component(ref: string): Schema {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  return schemas[ref.slice(ref.lastIndexOf("/") + 1)] ?? {};
}

describe("the examples", () => {
  test.each(routes)("of $name fit their schemas", ({ name, body, answer, bodyKind }) => {
    const example = examples[name];
    if (body !== undefined) expect(body.safeParse(example?.body).error).toBeUndefined();
    if (bodyKind !== "none") expect(example).toHaveProperty("body");
    expect(example).toHaveProperty("answer");
    if (answer !== undefined) expect(answer.safeParse(example?.answer).error).toBeUndefined();
  });
});
