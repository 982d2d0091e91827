import { BEGUN, bot, ENDS, LATER, SESSION_ID, type SomeExamples } from "./example.ts";

const entry = {
  entry_id: "01989f3a-5c00-7d1e-8a2b-3c4d5e6f7081",
  role: "user" as const,
  content: "How much did the North sell?",
  created_at: LATER,
  metadata: {},
  origin: "client" as const,
  actor: bot,
};

const asked = {
  approval_id: "3f2b7c1e-7a0d-4b8e-9a56-0c3d4e5f6a7b",
  type: "tool_call",
  tool_name: "send_mail",
  tool_call_id: "call_7",
  description: "Send the report to the sales team?",
  requested_at: BEGUN,
  requested_by: bot,
  expires_at: ENDS,
};
const pending = { ...asked, status: "pending" as const, args: { to: "sales@example.com" } };
const ended = {
  ...asked,
  status: "approved" as const,
  decision: "approved" as const,
  decided_at: LATER,
  decided_by: { kind: "user" as const, id: "ana" },
  comment: "Go ahead",
};

const question = { query: "Why did the South sell more?", mode: "deep" };
const request = { ...question, response: "Its stores opened on Sundays.", sources: ["https://example.com/report"] };

/** The two kinds of documents have the same five routes. */
function documents<Type extends "research_data" | "intermediate_results">(type: Type, name: string) {
  const facts = { created_at: BEGUN, session_id: SESSION_ID, file_type: type, size_bytes: 312 };
  const info = { ...facts, ...question, name, path: `${type}/${name}`, etag: "0cc175b9c0f1b6a831c399e269772661" };
  return {
    add: { body: request, answer: info },
    list: { answer: { data: [info], next_cursor: null } },
    get: { answer: { ...facts, ...request } },
    remove: { answer: { path: info.path, status: "deleted" as const } },
  };
}

const research = documents("research_data", "research_deep_20261121_093000.json");
const between = documents("intermediate_results", "intermediate_deep_round1_20261121_093000.json");

export const talkExamples = {
  listHistory: { answer: { data: [entry], next_cursor: null, next_since: "s1.eyJhIjoiMDE5ODlmM2EifQ" } },
  appendHistory: { body: { role: "user", content: entry.content }, answer: entry },
  clearHistory: { answer: { session_id: SESSION_ID, removed: 14, complete: true } },
  getApproval: { answer: pending },
  setApproval: {
    body: { tool_name: "send_mail", args: { to: "sales@example.com" }, description: asked.description },
    answer: pending,
  },
  withdrawApproval: { answer: { ...ended, status: "withdrawn", decision: null, comment: null } },
  decideApproval: {
    body: { decision: "approved", comment: "Go ahead", approval_id: asked.approval_id },
    answer: ended,
  },
  addResearchData: research.add,
  addNamedResearchData: research.add,
  listResearchData: research.list,
  getResearchData: research.get,
  deleteResearchData: research.remove,
  addIntermediateResult: between.add,
  addNamedIntermediateResult: between.add,
  listIntermediateResults: between.list,
  getIntermediateResult: between.get,
  deleteIntermediateResult: between.remove,
  lookupCache: {
    body: question,
    answer: { hit: true, state: "hit", age_seconds: 72, stored_at: BEGUN, expires_at: ENDS, result: request.response },
  },
  putCache: {
    body: { ...question, result: request.response },
    answer: { stored_at: BEGUN, expires_at: ENDS, size_bytes: 31 },
  },
  clearCache: { body: question, answer: { removed: 1, complete: true } },
} satisfies SomeExamples;
