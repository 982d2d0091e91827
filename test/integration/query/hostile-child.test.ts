import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createGrowingContent } from "../../../shared/tables/query/content/growing-content.ts";
import { createQueryRunner } from "../../../shared/tables/query/query-runner.ts";

/** Should a statement ever take its process over, the parent has to stand what that process then says. */
const folder = mkdtempSync(join(tmpdir(), "cubby-hostile-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const say = (text: string) => `import { writeSync } from "node:fs"; const say = (text) => writeSync(3, text); ${text}`;
const afterJob = (text: string) => say(`say('{"ready":true}\\n'); process.stdin.once("data", () => { ${text} });`);

describe("a child that was taken over", () => {
  test.each([
    {
      does: "sends a line without end",
      code: "result_too_large",
      program: afterJob("for (;;) say('x'.repeat(65536));"),
    },
    { does: "sends rows without end", code: "result_too_large", program: afterJob("for (;;) say('[1]\\n');") },
    {
      does: "complains at length",
      code: "query_crashed",
      program: afterJob(`say('{"problem":{"code":"statement_failed","detail":"' + 'x'.repeat(1e5) + '"}}\\n');`),
    },
    {
      does: "has columns without end",
      code: "query_crashed",
      program: afterJob(`say('{"columns":["' + 'x'.repeat(5e6) + '"]}\\n');`),
    },
    { does: "sends nonsense", code: "query_crashed", program: afterJob(`say('{"started":true}\\nnonsense\\n');`) },
    { does: "dies at once", code: "query_crashed", program: afterJob(`say('{"started":true}\\n'); process.exit();`) },
    { does: "says nothing", code: "query_timeout", program: afterJob("setInterval(() => {}, 1000);") },
    { does: "is never ready", code: "query_timeout", program: say("setInterval(() => {}, 1000);") },
    {
      does: "fills its stderr",
      code: "query_timeout",
      program: afterJob("for (;;) process.stderr.write('x'.repeat(65536));"),
    },
  ])("and $does is answered by $code", async ({ code, program }) => {
    const childPath = join(folder, `${code}-${program.length}.mjs`);
    writeFileSync(childPath, program);
    const runner = createQueryRunner({ childPath, maxRunning: 1 });
    const job = { sql: "SELECT 1", offset: 0, format: "json", databasePath: "/x", maxBytes: 1e6, threads: 1 } as const;
    const content = () => createGrowingContent({ format: "json", inlineBytes: 1e6 });
    const timeoutMs = code === "query_timeout" ? 1_000 : 30_000;
    await expect(runner.run(job, { timeoutMs, content })).rejects.toMatchObject({ code });
    runner.close();
  });
});
