/**
 * The same strangers at the front door: everything goes through the gateway of a local host with all its processes, and
 * afterwards somebody ordinary is served as ever, and an auditor finds nothing that does not belong.
 */
import { bodies } from "./bodies.ts";
import { fuzzed } from "./fuzzed.ts";
import { names } from "./names.ts";
import { namedFiles } from "./named-files.ts";
import type { Part, Report } from "./part.ts";
import { signed } from "./signed.ts";
import { type HttpStage, openStage, sha256Of } from "./stage.ts";
import { statements } from "./statements.ts";
import { tokens } from "./tokens.ts";

export const parts: readonly Part[] = [tokens, names, bodies, signed, statements, namedFiles, fuzzed];

/** Proves these parts on a host of their own. */
export async function proveOverHttp(chosen: readonly Part[], report: Report): Promise<void> {
  if (chosen.length === 0) return;
  await using stage = await openStage();
  for (const part of chosen) {
    await part.prove(stage, report);
    await serveSomebody(stage, report, part.name);
  }
  for (const sentence of await stage.audit()) report.find(`the auditor: ${sentence}`);
}

/** Upload, table, query, download and end, as on any other day. */
async function serveSomebody(stage: HttpStage, { find }: Report, after: string): Promise<void> {
  const { client, sessionId: session_id } = await stage.visitor();
  const content = "a,b\n1,x\n2,y\n";
  const { files } = await client.uploadFiles(session_id, [{ name: "t.csv", content }]);
  stage.told.stored(session_id, "uploads/t.csv", sha256Of(content));
  const params = { session_id };
  const answer = await client.call("query", { params, body: { sql: "SELECT * FROM t ORDER BY a" } });
  const text = await (await client.download(session_id, "uploads/t.csv")).text();
  const is = JSON.stringify([files[0]?.file?.conversion.state, answer.rows, text]);
  const wanted = JSON.stringify([
    "converted",
    [
      [1, "x"],
      [2, "y"],
    ],
    content,
  ]);
  if (is !== wanted) find(`an ordinary session after ${after}: ${is}`);
  stage.told.ending(session_id);
  await client.call("deleteSession", { params });
  stage.told.ended(session_id);
}
