import { text as readText } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv, toCsv } from "../../../shared/sessions/transfer/csv-rows.ts";
import { readJson, toJsonText } from "../../../shared/sessions/transfer/json-records.ts";
import { readSession } from "../../../shared/sessions/transfer/read-session.ts";
import { asAttribute, whyNotStorable } from "../../../shared/sessions/transfer/storable.ts";

/** What breaks files: formulas, quotes, separators, line breaks, marks, other scripts, pictures. */
const nasty = fc.oneof(
  fc.constantFrom("=1+1", "+1", "-1", "@x", "\tx", "\rx", '"', '""', "a,b", "a\r\nb", "\n", "\uFEFFx", "null", "'=1"),
  fc.constantFrom("naïve", "日本語", "🧑‍🚀", "\u2028", " x ", "\u0000", "\ufffd", "{}", ";", "\\"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc
    .array(fc.constantFrom('"', ",", "\r", "\n", "=", "'", "x", "🚀"), { minLength: 1, maxLength: 20 })
    .map((c) => c.join("")),
);
const json = fc
  .oneof(fc.jsonValue(), nasty)
  .map((value) => JSON.parse(JSON.stringify(value)) as string)
  .filter((value) => whyNotStorable(value, asAttribute) === undefined);
const metadata = fc
  .dictionary(nasty, json, { maxKeys: 5, noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, never>)
  .filter((value) => whyNotStorable(value, asAttribute) === undefined && JSON.stringify(value).length < 10_000);
const time = fc
  .date({ min: new Date(0), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const userId = nasty.filter((value) => /^[^#\p{Cc}]{1,256}$/u.test(value));
const by = fc.record({ kind: fc.constantFrom("user" as const, "system" as const), id: nasty });
const approval = fc.record({
  approval_id: fc.uuid(),
  type: nasty,
  tool_name: nasty,
  tool_call_id: fc.option(nasty),
  description: fc.option(nasty),
  requested_at: time,
  requested_by: by,
  expires_at: time,
  status: fc.constant("pending" as const),
  args: json,
});
const record = fc.record({
  session_id: fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/),
  user_id: userId,
  created_by: by,
  platform: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,31}$/),
  thread_id: fc.option(nasty),
  status: fc.constantFrom("active" as const, "completed" as const, "error" as const),
  created_at: time,
  last_activity: time,
  pending_approval: fc.option(approval),
  metadata,
  retention_wish: fc.record({ idle_minutes: fc.integer({ min: 1, max: 9999 }) }, { requiredKeys: [] }),
});
const entry = fc.record({
  entry_id: fc.constant(""),
  role: fc.constantFrom("user" as const, "assistant" as const, "system" as const, "event" as const),
  content: fc.oneof(nasty, fc.constant("")),
  created_at: time,
  metadata,
  origin: fc.constantFrom("client" as const, "cubby" as const),
  actor: by,
});

async function* each<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

const words = new Set(["current", "export", "import", "stats"]);
const records = fc
  .uniqueArray(record, { selector: (one) => one.session_id, maxLength: 6 })
  .filter((list) => list.every((one) => !words.has(one.session_id)));

describe("import(export(x)) equals x", () => {
  test("in every column of CSV", async () => {
    await fc.assert(
      fc.asyncProperty(records, async (list) => {
        const file = readCsv(await readText(toCsv(each(list), { safe: false })), 1);
        const drafts = file.sessions.map((raw) => readSession(raw, { platform: "api" }));
        expect(drafts).toMatchObject(list.map(({ status, retention_wish, created_by, ...columns }) => columns));
        expect(file.ignored).toEqual([]);
      }),
    );
  });

  test("in every field of JSON, with the history in its order", async () => {
    const sessions = records.chain((list) =>
      fc.tuple(...list.map((one) => fc.array(entry, { maxLength: 4 }).map((history) => ({ record: one, history })))),
    );
    await fc.assert(
      fc.asyncProperty(sessions, async (list) => {
        const pages = list.map(({ record, history }) => ({ record, history: each(history.map((one) => [one])) }));
        let text = "";
        for await (const piece of toJsonText(each(pages))) text += piece;
        const drafts = readJson(text, 1).sessions.map((raw) => readSession(raw, { platform: "api" }));
        const byId = new Map(drafts.map((draft) => [draft.session_id, draft]));
        expect(byId.size).toBe(list.length);
        for (const { record, history } of list) {
          const draft = byId.get(record.session_id);
          expect(draft).toMatchObject(record);
          expect(draft?.history.map(({ entry_id, ...one }) => one)).toEqual(history.map(({ entry_id, ...one }) => one));
          const ids = draft?.history.map((one) => one.entry_id) ?? [];
          expect([...ids].sort()).toEqual(ids);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
    );
  });
});

test("toCsv() with safe puts an apostrophe before what a spreadsheet would run, and before nothing else", async () => {
  const session = {
    session_id: "-1",
    user_id: "=cmd()",
    platform: "api",
    thread_id: "@x",
    created_at: "",
    last_activity: "",
    pending_approval: null,
    metadata: { a: "=1" },
  };
  const threads = ["+1", "\tx", "\rx", "x=1", null];
  const list = [session, ...threads.map((thread_id) => ({ ...session, session_id: "s", user_id: "u", thread_id }))];
  const rows = readCsv(await readText(toCsv(each(list), { safe: true })), 1).sessions.map(({ fields }) => fields);
  expect(rows[0]).toMatchObject({ session_id: "'-1", user_id: "'=cmd()", thread_id: "'@x", metadata: { a: "=1" } });
  expect(rows.slice(1).map(({ thread_id }) => thread_id)).toEqual(["'+1", "'\tx", "'\rx", "x=1", undefined]);
});

test("toCsv() writes the eight columns first, with CRLF, also when there is no session", async () => {
  expect(await readText(toCsv(each([]), { safe: false }))).toBe(
    "session_id,user_id,platform,thread_id,created_at,last_activity,pending_approval,metadata\r\n",
  );
});

test("toCsv() ends with the failure of its source", async () => {
  async function* failing() {
    yield* [];
    throw new Error("The index went away");
  }
  await expect(readText(toCsv(failing(), { safe: false }))).rejects.toThrow("The index went away");
});
