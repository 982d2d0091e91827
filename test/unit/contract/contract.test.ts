import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openRoutes } from "../../../cdk/topology.ts";
import { routes as clientRoutes } from "../../../shared/client/routes.ts";
import { createOpenApi } from "../../../shared/contract/openapi/document.ts";
import type { Route } from "../../../shared/contract/route.ts";
import * as contract from "../../../shared/contract/routes.ts";

const routes = Object.values(contract) as Route[];

describe("the contract", () => {
  test("names each route as its export does, and no method and path twice", () => {
    for (const [name, route] of Object.entries(contract)) expect(route.name).toBe(name);
    const addresses = routes.map((route) => `${route.method} ${route.path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(Object.values(clientRoutes).sort()).toEqual(addresses.sort());
  });

  test("is open exactly where the gateway asks no authorizer", () => {
    const open = routes.filter((route) => route.access === "open" || route.access === "maybe_guest");
    expect(open.map((route) => `${route.method} ${route.path}`).sort()).toEqual([...openRoutes].sort());
  });

  test("prints an OpenAPI document with every route, its answers and its problems", () => {
    const document = createOpenApi(routes, "1.2.3");
    expect(document.openapi).toBe("3.1.0");
    const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path ?? {}));
    expect(operations.map((operation) => (operation as { operationId: string }).operationId).sort()).toEqual(
      Object.keys(contract).sort(),
    );
    const post = document.paths?.["/v1/sessions"]?.post;
    expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(["201", "400", "401", "422", "500"]));
    expect(document.components?.schemas).toHaveProperty("Problem");
    expect(JSON.stringify(document)).not.toContain("undefined");
  });

  test("stands in the README, route for route", () => {
    const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
    for (const { method, path } of routes) expect(readme).toContain(`\`${method} ${path}\``);
  });
});
