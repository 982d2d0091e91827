/**
 * A day with Cubby, as somebody writes it who has only the OpenAPI document: types by openapi-typescript, calls by
 * openapi-fetch. `contract.ts` is made of the document by the test that compiles and runs this.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./contract.ts";

type Table = components["schemas"]["TableSummary"];

const CSV = "region,amount\nNorth,12\nSouth,30\n";

/** What came of it. */
export interface Walked {
  tables: Table["name"][];
  rows: unknown[][];
  said: string[];
  decision: string | null;
  hit: boolean;
  documents: string[];
  refusal: string;
  removed: number;
}

/** Unwraps an answer; a problem is an error that names its code. */
function must<Data>({ data, error }: { data?: Data; error?: { code?: string; message?: string } }): Data {
  if (data === undefined) throw new Error(`Refused: ${error?.code ?? error?.message}`);
  return data;
}

export async function walk(baseUrl: string, token: string): Promise<Walked> {
  const cubby = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  const { session_id } = must(
    await cubby.POST("/v1/sessions", { body: { platform: "api", metadata: { by: "walk" } } }),
  );
  const inSession = { params: { path: { session_id } } };

  const stored = await cubby.PUT("/v1/sessions/{session_id}/files/{path}", {
    params: { path: { session_id, path: "uploads/sales.csv" } },
    body: CSV,
    bodySerializer: (body) => body,
    headers: { "content-type": "application/octet-stream" },
  });
  if (must(stored).status !== "stored") throw new Error("The file was refused");
  const { data: tables } = must(await cubby.GET("/v1/sessions/{session_id}/tables", inSession));
  const sql = "SELECT region FROM sales WHERE amount > $1";
  const answer = must(
    await cubby.POST("/v1/sessions/{session_id}/query", { ...inSession, body: { sql, params: [20] } }),
  );
  if (typeof answer === "string") throw new Error("JSON was asked for");
  const { rows } = answer;

  const entry = { role: "user", content: "Which regions sold more than 20?" } as const;
  must(await cubby.POST("/v1/sessions/{session_id}/history", { ...inSession, body: entry }));
  const history = must(await cubby.GET("/v1/sessions/{session_id}/history", inSession));

  const asked = must(
    await cubby.PUT("/v1/sessions/{session_id}/approval", { ...inSession, body: { tool_name: "mail" } }),
  );
  const decided = must(
    await cubby.POST("/v1/sessions/{session_id}/approval/decision", {
      ...inSession,
      body: { decision: "approved", approval_id: asked.approval_id },
    }),
  );

  const question = { query: "Which regions?", mode: "quick" };
  must(await cubby.PUT("/v1/sessions/{session_id}/cache", { ...inSession, body: { ...question, result: rows } }));
  const kept = must(await cubby.POST("/v1/sessions/{session_id}/cache/lookup", { ...inSession, body: question }));
  must(
    await cubby.POST("/v1/sessions/{session_id}/research-data", {
      ...inSession,
      body: { ...question, response: rows },
    }),
  );
  const documents = must(await cubby.GET("/v1/sessions/{session_id}/research-data", inSession));

  const refused = await cubby.GET("/v1/sessions/{session_id}/tables/{name}", {
    params: { path: { session_id, name: "nothing" } },
  });
  const receipt = must(await cubby.DELETE("/v1/sessions/{session_id}", inSession));
  return {
    tables: tables.map(({ name }) => name),
    rows,
    said: history.data.filter(({ role }) => role === "user").map(({ content }) => content),
    decision: decided.decision,
    hit: kept.hit,
    documents: documents.data.map(({ mode = "" }) => mode),
    refusal: refused.error !== undefined && "code" in refused.error ? refused.error.code : "none",
    removed: receipt.tables,
  };
}
