/** Scripts follow their data: from the upload to the rewritten script beside the database. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;
let client: Client;

beforeAll(async () => {
  host = await startAcceptanceHost();
  client = await clientOf(host, "ana");
});
afterAll(() => host.close());

const SCRIPT = `import pandas as pd\n\nsales = pd.read_csv("data/sales.csv")\nprint(sales)\n`;
const REWRITTEN = `import pandas as pd\nimport session_data\n\nsales = session_data.read_csv("sales")\nprint(sales)\n`;
const TABLE = "day,amount\n2026-01-05,3\n2026-01-06,4\n";

async function put(session_id: string, path: string, content: string) {
  const { file } = await client.call("putFile", { params: { session_id, path }, body: content });
  return file?.conversion.state;
}

/** A file's text; undefined where there is none. */
async function read(session_id: string, path: string): Promise<string | undefined> {
  const { data } = await client.call("listFiles", { params: { session_id }, query: { limit: 100 } });
  if (!data.some((file) => file.path === path)) return undefined;
  const { url } = await client.call("getFile", { params: { session_id, path }, query: { redirect: "false" } });
  return (await fetch(url)).text();
}

async function reportOf(session_id: string, path: string) {
  const { data } = await client.call("listConversions", { params: { session_id } });
  return data.find((report) => report.path === path);
}

describe("a script", () => {
  test("is rewritten into the workspace, with its helper, and the original stays", async () => {
    const session_id = await newSession(client);
    await put(session_id, "uploads/sales.csv", TABLE);
    expect(await put(session_id, "uploads/report.py", SCRIPT)).toBe("converted");
    expect(await read(session_id, "workspace/report.py")).toBe(REWRITTEN);
    expect(await read(session_id, "uploads/report.py")).toBe(SCRIPT);
    expect(await read(session_id, "workspace/session_data.py")).toContain("def read_csv(");
    expect(await reportOf(session_id, "uploads/report.py")).toMatchObject({
      state: "converted",
      kind: "script",
      script: {
        language: "python",
        output: "workspace/report.py",
        rewritten: true,
        counts: { rewritten_literal: 1, rewritten_runtime: 0, left_alone: 0 },
        sites: [{ line: 3, reader: "pandas.read_csv", class: "rewritten_literal", code: null, tables: ["sales"] }],
        diff: expect.stringContaining("+++ workspace/report.py\n"),
      },
    });
    const { data } = await client.call("listHistory", { params: { session_id }, query: { limit: 100 } });
    const told = data.filter(
      (entry) => entry.metadata.path === "uploads/report.py" && entry.metadata.type === "conversion",
    );
    expect(told).toMatchObject([{ metadata: { status: "converted", output: "workspace/report.py" } }]);
  });

  test("that comes before its data is rewritten when the data comes, and goes back when it goes", async () => {
    const session_id = await newSession(client);
    expect(await put(session_id, "uploads/report.py", SCRIPT)).toBe("none");
    expect(await read(session_id, "workspace/report.py")).toBeUndefined();
    expect(await reportOf(session_id, "uploads/report.py")).toMatchObject({
      reason: { code: "nothing_to_rewrite" },
      script: { output: null, sites: [{ class: "left_alone", code: "no_table" }] },
    });
    await put(session_id, "uploads/sales.csv", TABLE);
    expect(await read(session_id, "workspace/report.py")).toBe(REWRITTEN);
    expect(await reportOf(session_id, "uploads/report.py")).toMatchObject({ state: "converted" });
    await client.call("deleteFile", { params: { session_id, path: "uploads/sales.csv" } });
    expect(await read(session_id, "workspace/report.py")).toBeUndefined();
    expect(await read(session_id, "workspace/session_data.py")).toBeUndefined();
    expect(await reportOf(session_id, "uploads/report.py")).toMatchObject({ state: "none" });
  });

  test("is rewritten anew when it is replaced, and its result goes with it", async () => {
    const session_id = await newSession(client);
    await put(session_id, "uploads/sales.csv", TABLE);
    await put(session_id, "uploads/report.py", SCRIPT);
    await put(session_id, "uploads/report.py", `${SCRIPT}print(len(sales))\n`);
    expect(await read(session_id, "workspace/report.py")).toBe(`${REWRITTEN}print(len(sales))\n`);
    await client.call("deleteFile", { params: { session_id, path: "uploads/report.py" } });
    expect(await read(session_id, "workspace/report.py")).toBeUndefined();
    expect(await reportOf(session_id, "uploads/report.py")).toBeUndefined();
    const { file_counts } = await client.call("getSession", { params: { session_id } });
    expect(file_counts).toMatchObject({ uploads: 1, workspace: 1 }); // the summary
  });

  test("that its owner went on with in the workspace is his", async () => {
    const session_id = await newSession(client);
    await put(session_id, "uploads/sales.csv", TABLE);
    await put(session_id, "uploads/report.py", SCRIPT);
    await put(session_id, "workspace/report.py", "print('mine')\n");
    await put(session_id, "uploads/sales.csv", `${TABLE}2026-01-07,5\n`);
    expect(await read(session_id, "workspace/report.py")).toBe("print('mine')\n");
    expect(await reportOf(session_id, "uploads/report.py")).toMatchObject({
      state: "failed",
      reason: { code: "workspace_taken" },
    });
  });

  test("that is no valid Python 3 stays as it is and says so, beside one that is rewritten", async () => {
    const session_id = await newSession(client);
    const body = new FormData();
    body.append("files", new Blob([TABLE]), "sales.csv");
    body.append("files", new Blob([SCRIPT]), "report.py");
    body.append("files", new Blob(["print 'old'\n"]), "old.py");
    await client.call("uploadFiles", { params: { session_id }, body });
    expect(await reportOf(session_id, "uploads/old.py")).toMatchObject({
      state: "failed",
      reason: { code: "invalid_python", detail: expect.stringContaining("Line 1") },
    });
    expect(await read(session_id, "uploads/old.py")).toBe("print 'old'\n");
    expect(await read(session_id, "workspace/old.py")).toBeUndefined();
    expect(await read(session_id, "workspace/report.py")).toBe(REWRITTEN);
  });

  test("that a rewritten one imports lies beside it", async () => {
    const session_id = await newSession(client);
    await put(session_id, "uploads/sales.csv", TABLE);
    await put(session_id, "uploads/shapes.py", "def area(side):\n    return side * side\n");
    await put(session_id, "uploads/alone.py", "print(1)\n");
    await put(session_id, "uploads/report.py", `from shapes import area\n${SCRIPT}`);
    expect(await read(session_id, "workspace/shapes.py")).toContain("def area");
    expect(await read(session_id, "workspace/alone.py")).toBeUndefined();
  });
});

test("a notebook's code cells are rewritten, and every other byte stays", async () => {
  const session_id = await newSession(client);
  await put(session_id, "uploads/sales.csv", TABLE);
  const notebook = (code: string) =>
    `{"cells":[{"cell_type":"markdown","source":["# pd.read_csv('sales.csv')"]},\n {"cell_type": "code","outputs":[],"source":${code}}],"nbformat":4}\n`;
  const before = notebook(String.raw`["%matplotlib inline\n", "import pandas as pd\n", "pd.read_csv('sales.csv')"]`);
  await put(session_id, "uploads/report.ipynb", before);
  expect(await read(session_id, "workspace/report.ipynb")).toBe(
    notebook(
      String.raw`["%matplotlib inline\n", "import pandas as pd\n", "import session_data\n", "session_data.read_csv('sales')"]`,
    ),
  );
  expect(await reportOf(session_id, "uploads/report.ipynb")).toMatchObject({
    script: { language: "notebook", sites: [{ cell: 2, line: 3, class: "rewritten_literal" }] },
  });
});

test("POST /upload says what became of the scripts", async () => {
  const body = new FormData();
  body.append("files", new Blob([TABLE]), "sales.csv");
  body.append("files", new Blob([SCRIPT]), "report.py");
  const { sql_conversion } = await client.call("upload", { body });
  expect(sql_conversion.python_files_updated).toEqual(["report.py"]);
  expect(sql_conversion.python_transformations).toMatchObject([
    { file: "report.py", path: "uploads/report.py", state: "converted", rewritten: true, sites: [{ line: 3 }] },
  ]);
});
