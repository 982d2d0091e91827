import { describe, expect, test } from "vitest";
import { type ApprovalFields, alivePending, toPendingApproval } from "../../../shared/approvals/approval-record.ts";
import { toExpiry, toNewApproval } from "../../../shared/approvals/approval-request.ts";
import {
  type Ending,
  judgeEnding,
  judgeReading,
  judgeSetting,
  type Verdict,
} from "../../../shared/approvals/approval-rules.ts";
import { type SetApprovalRequest, setApprovalRequest } from "../../../shared/contract/approval.ts";
import type { Actor } from "../../../shared/contract/session.ts";

const start = new Date("2026-11-21T09:00:00.000Z");
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const bot: Actor = { kind: "service", id: "bot" };
const ana: Actor = { kind: "user", id: "ana" };
const op: Actor = { kind: "operator", id: "ana" }; // the same id, another principal

const request: SetApprovalRequest = {
  type: "tool_call",
  tool_name: "send_email",
  tool_call_id: "call_1",
  args: { to: "x@example.org" },
  expires_in_seconds: 60,
};
const asked = { ...toNewApproval(request, bot, start), entry_id: "" };
const pending: ApprovalFields = { pending_approval: asked };
const none: ApprovalFields = { pending_approval: null };

/** The record after a verdict, as the store would leave it. */
function apply(fields: ApprovalFields, verdict: Verdict): ApprovalFields {
  if (verdict.kind !== "change") throw new Error(`No change but ${verdict.kind}`);
  const { begins, ends } = verdict.change;
  return {
    ...fields,
    pending_approval: begins === undefined ? null : { ...begins, entry_id: "" },
    ...(ends === undefined ? {} : { last_approval: ends }),
  };
}

/** One word for each verdict: what is refused by its code, what changes by what it ends and begins. */
function told(verdict: Verdict): string {
  if (verdict.kind === "refused") return verdict.problem.code;
  if (verdict.kind !== "change") return `answer ${verdict.kind}`;
  const { ends, begins } = verdict.change;
  return [ends?.status, begins === undefined ? undefined : "asked"].filter(Boolean).join(" + ");
}

const ending = (outcome: Ending["outcome"], actor: Actor = ana, target?: string): Ending => ({
  outcome,
  actor,
  target,
});
const endedBy = (outcome: Ending["outcome"]) => apply(pending, judgeEnding(pending, ending(outcome), later(10)));
const states = {
  none,
  pending,
  approved: endedBy("approved"),
  rejected: endedBy("rejected"),
  withdrawn: endedBy("withdrawn"),
  expired: apply(pending, judgeReading(pending, later(60))),
};
type State = keyof typeof states;

describe("judgeSetting()", () => {
  const cases: { state: State; at: number; change?: object; actor?: Actor; is: string }[] = [
    { state: "none", at: 0, is: "asked" },
    { state: "approved", at: 20, is: "asked" },
    { state: "withdrawn", at: 20, is: "asked" },
    { state: "expired", at: 80, is: "asked" },
    { state: "pending", at: 59.999, is: "answer pending" },
    { state: "pending", at: 60, is: "expired + asked" },
    { state: "pending", at: 5, actor: ana, is: "approval_pending" },
    { state: "pending", at: 5, change: { tool_call_id: "call_2" }, is: "approval_pending" },
    { state: "pending", at: 5, change: { tool_call_id: undefined }, is: "approval_pending" },
    { state: "pending", at: 5, change: { args: { to: "y@example.org" } }, is: "approval_pending" },
    { state: "pending", at: 5, change: { tool_name: "send_money" }, is: "approval_pending" },
    { state: "pending", at: 5, change: { expires_in_seconds: 999 }, is: "answer pending" },
  ];
  test.each(cases)("on $state after $at s with $change: $is", ({ state, at, change, actor = bot, is }) => {
    const wanted = toNewApproval({ ...request, ...change }, actor, later(at));
    expect(told(judgeSetting(states[state], wanted, later(at)))).toBe(is);
  });

  test("never takes two calls without an id for one", () => {
    const nameless = { ...toNewApproval({ ...request, tool_call_id: undefined }, bot, start), entry_id: "" };
    const again = toNewApproval({ ...request, tool_call_id: undefined }, bot, later(1));
    expect(told(judgeSetting({ pending_approval: nameless }, again, later(1)))).toBe("approval_pending");
  });
});

describe("judgeEnding()", () => {
  const other = "6f1c1f0e-8f0a-4b7c-9d57-000000000000";
  const cases: { state: State; at: number; ending: Ending; is: string }[] = [
    { state: "none", at: 0, ending: ending("approved"), is: "approval_not_found" },
    { state: "pending", at: 0, ending: ending("approved"), is: "approved" },
    { state: "pending", at: 59.999, ending: ending("rejected"), is: "rejected" },
    { state: "pending", at: 59.999, ending: ending("withdrawn"), is: "withdrawn" },
    { state: "pending", at: 60, ending: ending("approved"), is: "expired" },
    { state: "pending", at: 60, ending: ending("withdrawn"), is: "expired" },
    { state: "pending", at: 5, ending: ending("approved", ana, asked.approval_id), is: "approved" },
    { state: "pending", at: 5, ending: ending("approved", ana, other), is: "approval_not_found" },
    { state: "approved", at: 20, ending: ending("approved"), is: "answer ended" },
    { state: "approved", at: 99, ending: ending("approved", ana, asked.approval_id), is: "answer ended" },
    { state: "approved", at: 20, ending: ending("approved", op), is: "approval_decided" },
    { state: "approved", at: 20, ending: ending("rejected"), is: "approval_decided" },
    { state: "approved", at: 20, ending: ending("withdrawn"), is: "approval_decided" },
    { state: "approved", at: 20, ending: ending("approved", ana, other), is: "approval_not_found" },
    { state: "rejected", at: 20, ending: ending("approved"), is: "approval_decided" },
    { state: "withdrawn", at: 20, ending: ending("withdrawn"), is: "answer ended" },
    { state: "withdrawn", at: 20, ending: ending("withdrawn", bot), is: "approval_withdrawn" },
    { state: "withdrawn", at: 20, ending: ending("approved"), is: "approval_withdrawn" },
    { state: "expired", at: 61, ending: ending("approved"), is: "approval_expired" },
    { state: "expired", at: 61, ending: ending("withdrawn"), is: "approval_expired" },
  ];
  test.each(cases)("$ending.outcome by $ending.actor.kind on $state after $at s: $is", ({ state, at, ending, is }) => {
    expect(told(judgeEnding(states[state], ending, later(at)))).toBe(is);
  });

  test("tells who came too late who decided what, when and why", () => {
    const decided = apply(pending, judgeEnding(pending, { ...ending("rejected"), comment: "not today" }, later(10)));
    const verdict = judgeEnding(decided, ending("approved", op), later(11));
    expect(verdict).toMatchObject({
      problem: {
        message: 'Cannot decide on "send_email": user "ana" had it rejected at 2026-11-21T09:00:10.000Z',
        details: {
          approval_id: asked.approval_id,
          decision: "rejected",
          decided_by: ana,
          decided_at: "2026-11-21T09:00:10.000Z",
          comment: "not today",
        },
      },
    });
  });
});

describe("judgeReading()", () => {
  test.each<{ state: State; at: number; is: string }>([
    { state: "none", at: 0, is: "approval_not_found" },
    { state: "pending", at: 59.999, is: "answer pending" },
    { state: "pending", at: 60, is: "expired" },
    { state: "approved", at: 60, is: "approval_not_found" },
  ])("on $state after $at s: $is", ({ state, at, is }) => {
    expect(told(judgeReading(states[state], later(at)))).toBe(is);
  });

  test("ends a late one at its very expiry, whenever it is noticed", () => {
    expect(apply(pending, judgeReading(pending, later(5000))).last_approval).toMatchObject({
      status: "expired",
      decision: null,
      decided_at: asked.expires_at,
      decided_by: { kind: "system", id: "cubby" },
    });
  });
});

describe("toExpiry()", () => {
  const week = 7 * 24 * 3600;
  test.each<{ wish: Parameters<typeof toExpiry>[0]; is: number }>([
    { wish: {}, is: 15 * 60 },
    { wish: { expires_in_seconds: 1 }, is: 1 },
    { wish: { expires_in_seconds: 10 * week }, is: week },
    { wish: { expires_at: "2026-11-21T09:00:00.001Z" }, is: 0.001 },
    { wish: { expires_at: "2026-11-21T12:00:00+02:00" }, is: 3600 },
    { wish: { expires_at: "9999-12-31T23:59:59Z" }, is: week },
  ])("of $wish is $is s from now", ({ wish, is }) => {
    expect(toExpiry(wish, start)).toEqual(later(is));
  });

  test.each(["2026-11-21T09:00:00.000Z", "2026-11-21T10:00:00+02:00", "1970-01-01T00:00:00Z"])(
    "refuses %s, which is over",
    (expires_at) => {
      expect(() => toExpiry({ expires_at }, start)).toThrow(
        `Cannot ask for approval until "${expires_at}": it is in the past`,
      );
    },
  );
});

describe("what is asked", () => {
  const deep = (depth: number): unknown => (depth === 0 ? 1e300 : [deep(depth - 1)]);
  test.each([
    { name: "nothing", args: undefined, is: {} },
    { name: "null", args: null, is: null },
    { name: "numbers that no table holds", args: [1e300, 5e-324, 2 ** 60], is: [1e300, 5e-324, 2 ** 60] },
    { name: "many levels", args: deep(64), is: deep(64) },
    { name: "words beyond ASCII", args: { "": "Grüße 🎈" }, is: { "": "Grüße 🎈" } },
  ])("keeps args exactly: $name", ({ args, is }) => {
    const parsed = setApprovalRequest.parse({ tool_name: "x", ...(args === undefined ? {} : { args }) });
    expect(toPendingApproval({ ...toNewApproval(parsed, bot, start), entry_id: "" }).args).toEqual(is);
  });

  test.each([
    { wrong: { tool_name: "" } },
    { wrong: { args: "x".repeat(32 * 1024 - 1) } }, // and its two quotes
    { wrong: { args: { n: "ü".repeat(16 * 1024) } } },
    { wrong: { args: deep(65) } },
    { wrong: { args: JSON.parse("[".repeat(16_000) + "]".repeat(16_000)) } },
    { wrong: { expires_at: "tomorrow" } },
    { wrong: { expires_in_seconds: 0 } },
    { wrong: { expires_in_seconds: 5, expires_at: "2026-11-21T12:00:00Z" } },
    { wrong: { description: "x".repeat(4097) } },
    { wrong: { tool: "x" } },
  ])("refuses what does not fit", ({ wrong }) => {
    expect(setApprovalRequest.safeParse({ tool_name: "x", ...wrong }).success).toBe(false);
  });

  test("waits until its very expiry and no moment longer", () => {
    expect(alivePending(pending, later(59.999))).toBe(asked);
    expect(alivePending(pending, later(60))).toBeUndefined();
    expect(alivePending(none, start)).toBeUndefined();
  });
});
