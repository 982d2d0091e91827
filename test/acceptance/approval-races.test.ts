import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type ApprovalStore, createApprovalStore } from "../../shared/approvals/approval-store.ts";
import { expireApproval } from "../../shared/approvals/expire-approval.ts";
import type { CubbyError } from "../../shared/client/index.ts";
import { setApprovalRequest } from "../../shared/contract/approval.ts";
import type { Actor } from "../../shared/contract/session.ts";
import { AppError } from "../../shared/errors.ts";
import { toEntry } from "../../shared/history/stored-entry.ts";
import { newSessionId } from "../../shared/ids.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { Stores } from "../../shared/stores.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { makeDataDirectory, startTestHost } from "../support/local-host.ts";
import { createTestClock, ownStores, type TestClock } from "../support/own-stores.ts";

let host: Host;
let stores: Stores;
let clock: TestClock;

beforeAll(async () => {
  host = await startAcceptanceHost();
  clock = createTestClock();
  stores = ownStores(host, clock);
});
afterAll(() => host.close());

const ana: Actor = { kind: "user", id: "ana" };
const bot: Actor = { kind: "service", id: "bot" };
const persons = Array.from({ length: 20 }, (_, index): Actor => ({ kind: "operator", id: `op${index}` }));
const request = setApprovalRequest.parse({ tool_name: "send_email", tool_call_id: "call_1", expires_in_seconds: 60 });
const SECOND = 1000;

function newRecord(): Promise<SessionRecord> {
  const sessionId = newSessionId(clock.now());
  return stores.sessions.create({ sessionId, userId: "ana", createdBy: ana }, { platform: "web" });
}

/** A new session with an approval that waits, as a caller reads it before deciding. */
async function newPending(approvals: ApprovalStore = stores.approvals): Promise<SessionRecord> {
  const record = await newRecord();
  await approvals.set(record, request, bot);
  return stores.sessions.current(record.session_id);
}

const reread = ({ session_id }: SessionRecord) => stores.sessions.current(session_id);

function press(record: SessionRecord, actor: Actor, outcome: "approved" | "rejected" | "withdrawn") {
  return stores.approvals.end(record, { target: undefined, outcome, actor });
}

/** How the calls ended: what was answered, and the codes and details of what was refused. */
function sort<Answer>(settled: PromiseSettledResult<Answer>[]) {
  const answers = settled.filter((one) => one.status === "fulfilled").map(({ value }) => value);
  const refusals = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as AppError] : []));
  for (const refusal of refusals) expect(refusal).toBeInstanceOf(AppError);
  return { answers, refusals };
}

/** The steps that the history tells of, in its order, past the API. */
async function stepsOf({ session_id }: SessionRecord) {
  const steps = [];
  for (const sk of await viewEngines(host).sortKeysOf(session_id)) {
    if (!sk.startsWith("HISTORY#")) continue;
    const item = await stores.table.find({ pk: `SESSION#${session_id}`, sk });
    if (item !== undefined) steps.push(toEntry(item));
  }
  return steps;
}

const typesOf = async (record: SessionRecord) => (await stepsOf(record)).map(({ metadata }) => metadata.type);

/** Nothing waits to be written, and the alarm clock rings for the approval exactly where one waits. */
async function expectSettled(record: SessionRecord) {
  const now = await reread(record);
  expect(now.approval_outbox).toBeUndefined();
  expect(now.approval_due_at).toBe(now.pending_approval?.expires_at);
  expect(now.due_at <= (now.pending_approval?.expires_at ?? now.expires_at)).toBe(true);
}

describe("twenty people at the same instant", () => {
  test("decide once, fifty times over; nineteen are told who decided what and when", async () => {
    for (let round = 0; round < 50; round++) {
      const seen = await newPending();
      const pressed = persons.map((person, index) => press(seen, person, index % 2 === 0 ? "approved" : "rejected"));
      const { answers, refusals } = sort(await Promise.allSettled(pressed));
      expect(answers).toHaveLength(1);
      const { approval_id, decision, decided_at, decided_by, comment } = answers[0] ?? {};
      for (const refusal of refusals) {
        expect(refusal.code).toBe("approval_decided");
        expect(refusal.details).toEqual({ approval_id, decision, decided_at, decided_by, comment });
      }
      expect(await typesOf(seen)).toEqual(["approval_requested", "approval_decided"]);
      expect((await stepsOf(seen))[1]).toMatchObject({ actor: decided_by, metadata: { decision } });
      await expectSettled(seen);
    }
  });

  test("do so over HTTP too", async () => {
    const owner = await clientOf(host, "owner");
    const params = { session_id: await newSession(owner) };
    await owner.call("setApproval", { params, body: { tool_name: "send_email" } });
    const clients = await Promise.all(persons.map(({ id }) => clientOf(host, id, { scope: "cubby/operate" })));
    const settled = await Promise.allSettled(
      clients.map((client) => client.call("decideApproval", { params, body: { decision: "approved" } })),
    );
    const decided = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(decided).toHaveLength(1);
    for (const one of settled) {
      if (one.status === "fulfilled") continue;
      expect((one.reason as CubbyError).problem).toMatchObject({
        status: 409,
        code: "approval_decided",
        decided_by: decided[0]?.decided_by,
      });
    }
  });

  test("ask for approval: one waits, the others see it", async () => {
    const seen = await newRecord();
    const asked = persons.map((person) => stores.approvals.set(seen, request, person));
    const { answers, refusals } = sort(await Promise.allSettled(asked));
    expect(answers).toMatchObject([{ created: true }]);
    for (const { code, details } of refusals) {
      expect({ code, details }).toEqual({ code: "approval_pending", details: { approval: answers[0]?.approval } });
    }
    expect(await typesOf(seen)).toEqual(["approval_requested"]);
    await expectSettled(seen);
  });

  test("are one when it is the same call by the same caller, and only one of them is new", async () => {
    const seen = await newRecord();
    const asked = await Promise.all(persons.map(() => stores.approvals.set(seen, request, bot)));
    expect(new Set(asked.map(({ approval }) => approval.approval_id)).size).toBe(1);
    expect(asked.filter(({ created }) => created)).toHaveLength(1);
    expect(await typesOf(seen)).toEqual(["approval_requested"]);
  });
});

describe("deciding, withdrawing and expiring at the same moment", () => {
  test("end in one of the three, and everyone is told the same", async () => {
    const ended = new Set<string | undefined>();
    for (let round = 0; round < 20; round++) {
      const seen = await newPending();
      // Some read their clocks before the expiry, some behind it, and their writes meet in the table in any order.
      const decide = () => [press(seen, ana, "approved"), press(seen, bot, "withdrawn")];
      const early = round % 2 === 0 ? decide() : [];
      clock.move(60 * SECOND);
      const late = [expireApproval(stores, seen), expireApproval(stores, seen)];
      clock.move(-1);
      if (round % 2 === 1) early.push(...decide());
      const { answers } = sort(await Promise.allSettled(early));
      const expiries = (await Promise.all(late)).filter(Boolean).length;
      expect(answers.length + expiries).toBe(1);
      const { last_approval } = await reread(seen);
      expect(last_approval?.status).toBe(answers[0]?.status ?? "expired");
      expect(await typesOf(seen)).toHaveLength(2);
      await expectSettled(seen);
      ended.add(last_approval?.status);
    }
    expect(ended.has("expired")).toBe(true);
    expect(ended.size).toBeGreaterThan(1);
  });

  test("is too late from the first moment on, and recorded by whoever comes first", async () => {
    const seen = await newPending();
    clock.move(60 * SECOND);
    await expect(press(seen, ana, "approved")).rejects.toMatchObject({
      code: "approval_expired",
      details: { decided_at: seen.pending_approval?.expires_at, decided_by: { kind: "system" } },
    });
    expect(await typesOf(seen)).toEqual(["approval_requested", "approval_expired"]);
    expect(await expireApproval(stores, await reread(seen))).toBe(false);
    await expectSettled(seen);
  });

  test("makes room for the next, which two may want at once", async () => {
    const seen = await newPending();
    clock.move(60 * SECOND);
    const asked = [bot, ana].map((actor) => stores.approvals.set(seen, { ...request, tool_call_id: "call_2" }, actor));
    const { answers, refusals } = sort(await Promise.allSettled(asked));
    expect(answers).toHaveLength(1);
    expect(refusals).toMatchObject([{ code: "approval_pending" }]);
    expect(await typesOf(seen)).toEqual(["approval_requested", "approval_expired", "approval_requested"]);
    expect((await reread(seen)).last_approval?.approval_id).toBe(seen.pending_approval?.approval_id);
    await expectSettled(seen);
  });

  test("never decides on the approval that came after the one that was seen", async () => {
    const seen = await newPending();
    await press(seen, ana, "withdrawn");
    await stores.approvals.set(await reread(seen), { ...request, tool_call_id: "call_2" }, bot);
    await expect(press(seen, persons[0] ?? ana, "approved")).rejects.toMatchObject({ code: "approval_withdrawn" });
    expect((await reread(seen)).pending_approval?.tool_call_id).toBe("call_2");
  });
});

describe("a process that dies between a step and its history entry", () => {
  /** Approvals whose first entry is never written: what is left is what a killed process leaves. */
  function dying(): ApprovalStore {
    let hasDied = false;
    const history: Pick<Stores["history"], "store"> = {
      async store(sessionId, entry) {
        if (!hasDied) {
          hasDied = true;
          throw new Error("Killed");
        }
        return stores.history.store(sessionId, entry);
      },
    };
    return createApprovalStore({ ...stores, history });
  }

  const decide = (seen: SessionRecord, approvals: ApprovalStore) =>
    approvals.end(seen, { target: undefined, outcome: "approved", actor: ana });

  test.each([
    { who: "the same call again", wait: 0, complete: (seen: SessionRecord) => decide(seen, stores.approvals) },
    { who: "a reader", wait: 1, complete: (seen: SessionRecord) => stores.approvals.read(seen).catch(() => undefined) },
    {
      who: "whoever comes too late",
      wait: 1,
      complete: (seen: SessionRecord) => press(seen, bot, "rejected").catch(() => undefined),
    },
    { who: "the next request", wait: 0, complete: (seen: SessionRecord) => stores.approvals.set(seen, request, bot) },
    { who: "the sweep", wait: 60, complete: (seen: SessionRecord) => expireApproval(stores, seen) },
  ])("is made up for by $who after $wait s", async ({ wait, complete }) => {
    const seen = await newPending();
    await expect(decide(seen, dying())).rejects.toThrow("Killed");
    expect(await typesOf(seen)).toEqual(["approval_requested"]);
    const left = await reread(seen);
    expect(left.last_approval?.status).toBe("approved");
    expect(Date.parse(left.due_at)).toBeLessThanOrEqual(clock.now().getTime() + 60 * SECOND);
    clock.move(wait * SECOND);
    await complete(left);
    expect((await typesOf(seen)).slice(0, 2)).toEqual(["approval_requested", "approval_decided"]);
    await expectSettled(seen);
  });

  test("loses nothing when one dies after the other, and twenty make up for it at once", async () => {
    const record = await newRecord();
    await expect(dying().set(record, request, bot)).rejects.toThrow("Killed");
    await expect(decide(await reread(record), dying())).rejects.toThrow("Killed");
    const left = await reread(record);
    expect(left.approval_outbox).toHaveLength(2);
    clock.move(60 * SECOND - 1);
    await Promise.all(persons.map(() => expireApproval(stores, left)));
    expect(await typesOf(record)).toEqual(["approval_requested", "approval_decided"]);
    await expectSettled(record);
  });
});

describe("the alarm clock", () => {
  test("rings for the approval, also after uploads, touches and conversions, and then for the end again", async () => {
    const seen = await newPending();
    const expiry = seen.pending_approval?.expires_at;
    expect(seen.due_at).toBe(expiry);
    await stores.sessions.noteFiles(seen, [], { convert: true });
    const lease = await stores.lease.acquire(seen.session_id);
    if (lease === undefined) throw new Error("No lease");
    expect(await stores.lease.release(lease, lease.seen)).toBe(true);
    expect((await reread(seen)).due_at).toBe(expiry);
    await press(await reread(seen), ana, "approved");
    const decided = await reread(seen);
    expect(decided.due_at).toBe(decided.expires_at);
    expect(decided).not.toHaveProperty("approval_due_at");
  });

  test("is not set past an approval by a writer that read the session before", async () => {
    const before = await newRecord();
    await stores.approvals.set(before, request, bot);
    clock.move(61 * SECOND - 1500);
    const touched = await stores.sessions.touch({ ...before, last_activity: "2026-01-01T00:00:00.000Z" });
    expect(touched.due_at).toBe(touched.pending_approval?.expires_at);
    const noted = await stores.sessions.noteFiles(before, [], { convert: false });
    expect(noted.due_at).toBe(noted.pending_approval?.expires_at);
  });
});

describe("setting and deciding", () => {
  test("count as activity, once a minute at most", async () => {
    const record = await newRecord();
    clock.move(30 * SECOND);
    await stores.approvals.set(record, { ...request, expires_in_seconds: 300 }, bot);
    const soon = await reread(record);
    expect(soon.last_activity).toBe(record.last_activity);
    clock.move(40 * SECOND);
    await press(soon, ana, "approved");
    const later = await reread(record);
    expect(later.last_activity).toBe(clock.now().toISOString());
    expect(Date.parse(later.expires_at) - Date.parse(soon.expires_at)).toBe(70 * SECOND);
  });

  test("meet the end of the session: one of the two holds, and nothing is left", async () => {
    for (let round = 0; round < 10; round++) {
      const seen = await newPending();
      const [decided, receipt] = await Promise.allSettled([
        press(seen, ana, "approved"),
        endSession(stores, seen, "deleted", { by: ana }),
      ]);
      expect(receipt).toMatchObject({ status: "fulfilled" });
      if (decided.status === "rejected") expect(decided.reason).toMatchObject({ code: "session_expired" });
      expect(await viewEngines(host).sortKeysOf(seen.session_id)).toEqual(["META"]);
    }
  });
});

test("an approval survives a restart of the host", async () => {
  const dataDirectory = await makeDataDirectory();
  const first = await startTestHost({ dataDirectory });
  const before = await clientOf(first, "ana");
  const params = { session_id: await newSession(before) };
  const asked = await before.call("setApproval", { params, body: { tool_name: "send_email" } });
  await first.close();
  const second = await startTestHost({ dataDirectory });
  try {
    const after = await clientOf(second, "ana");
    expect(await after.call("getApproval", { params })).toEqual(asked);
    const body = { decision: "approved" as const };
    expect(await after.call("decideApproval", { params, body })).toMatchObject({ approval_id: asked.approval_id });
  } finally {
    await second.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
});
