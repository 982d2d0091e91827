import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript-with-api";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type Answer, type CallOptions, type Client, createClient } from "../../../shared/client/index.ts";
import { routes } from "../../../shared/client/routes.ts";
import type { Session } from "../../../shared/contract/session.ts";
import * as contract from "../../../shared/contract/routes.ts";

const source = (name: string) => fileURLToPath(new URL(`../../../shared/client/${name}`, import.meta.url));

async function bundle(platform: "browser" | "neutral") {
  const { outputFiles, metafile } = await build({
    entryPoints: [source("index.ts")],
    ...{ bundle: true, write: false, metafile: true, minify: true, platform },
    ...{ format: "esm", target: "es2022", logLevel: "silent" },
  });
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), inputs: Object.keys(metafile.inputs) };
}

/** Kilobytes over the wire that a page pays for the whole client. */
const BUDGET_KB = 10;

describe("the client as a bundle", () => {
  test.each(["browser", "neutral"] as const)(
    "for the platform %s needs nothing of Node and no package",
    async (platform) => {
      const { code, inputs } = await bundle(platform);
      expect(inputs.filter((input) => input.includes("node_modules"))).toEqual([]);
      expect(gzipSync(code).length / 1024).toBeLessThan(BUDGET_KB);
    },
  );
});

describe("the client's methods", () => {
  test("are all routes of the contract, in its own words", () => {
    const client = createClient({ baseUrl: "http://x.test" });
    expect(Object.keys(client.api).sort()).toEqual(Object.keys(contract).sort());
    const chapters = readdirSync(source("methods")).map((name) => readFileSync(source(`methods/${name}`), "utf8"));
    const text = chapters.join("\n").replaceAll(/\s*\n\s*(\*(?!\/))?\s*/g, " ");
    for (const [name, { summary, method, path }] of Object.entries(contract)) {
      expect(routes).toHaveProperty(name, `${method} ${path}`);
      expect(text).toContain(`${summary}. (\`${method} ${path}\`) */ ${name}: Method<"${name}">;`);
    }
  });

  test("are typed by the contract", () => {
    expectTypeOf<ReturnType<Client["api"]["getSession"]>>().resolves.toEqualTypeOf<Session>();
    expectTypeOf<Client["api"]["getSession"]>().parameter(0).toHaveProperty("params");
    expectTypeOf<Client["api"]["listSessions"]>().toBeCallableWith();
    expectTypeOf<CallOptions<"query">["body"]>().toHaveProperty("sql").toEqualTypeOf<string>();
    expectTypeOf<Answer<"readLog">>().toEqualTypeOf<string>();
    expectTypeOf<Parameters<Client["pages"]>[0]>().extract<"getSession">().toBeNever();
    // @ts-expect-error: there is no such route
    expectTypeOf<Answer<"getNothing">>();
    // @ts-expect-error: a session's id is needed
    expectTypeOf<Client["api"]["getSession"]>().toBeCallableWith({});
    // @ts-expect-error: not a field of the body
    expectTypeOf<Client["api"]["createSession"]>().toBeCallableWith({ body: { platfrom: "web" } });
  });
});

describe("the client's documentation", () => {
  const exported = ["index.ts", "disk-file.ts"].flatMap((name) =>
    [...readFileSync(source(name), "utf8").matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, names = ""]) =>
      names.split(",").map((one) => one.replace("type ", "").trim()),
    ),
  );

  test("has words for every export, and for every member of what callers meet", () => {
    const files = readdirSync(source(""), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    expect(files.flatMap((name) => wordless(name, exported))).toEqual([]);
  });
});

function wordless(name: string, met: readonly string[]): string[] {
  const parsed = ts.createSourceFile(name, readFileSync(source(name), "utf8"), ts.ScriptTarget.Latest, true);
  return parsed.statements.flatMap((statement) => {
    const isExported = ts.canHaveModifiers(statement) && statement.modifiers?.some(isExport) === true;
    if (!isExported) return [];
    const title = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map((one) => one.name.getText()).join()
      : ((statement as ts.DeclarationStatement).name?.getText() ?? "");
    const members = ts.isInterfaceDeclaration(statement) && met.includes(title) ? statement.members : [];
    return [statement, ...members].filter((node) => !hasWords(node)).map((node) => `${name}: ${node.getText()}`);
  });
}

const isExport = ({ kind }: ts.ModifierLike) => kind === ts.SyntaxKind.ExportKeyword;
const hasWords = (node: ts.Node) => ts.getJSDocCommentsAndTags(node).length > 0;
