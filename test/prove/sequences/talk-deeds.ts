/** The history, and the one action that waits for a yes or no. */
import fc from "fast-check";
import { deed } from "./deed.ts";
import { ask, entered, pendingOf, Refused, settle, touch } from "./model.ts";

export const talkDeeds = {
  say: deed({
    weight: 6,
    args: fc.record({ text: fc.constantFrom("hello", "what is in it?", "thanks") }),
    act: async ({ client, sessionId: session_id }, { text }) =>
      (await client.call("appendHistory", { params: { session_id }, body: { role: "user", content: text } })).content,
    foresee({ model, who, session, now }, { text }) {
      touch(entered(model, who, session), now);
      session.said.push(text);
      return text;
    },
  }),

  read: deed({
    weight: 4,
    args: fc.constant({}),
    async act({ client, sessionId: session_id }) {
      const said: string[] = [];
      for await (const { role, content } of client.pages("listHistory", { params: { session_id } })) {
        if (role === "user") said.push(content);
      }
      return said;
    },
    foresee: ({ model, who, session }) => [...entered(model, who, session).said],
  }),

  forget: deed({
    weight: 1,
    args: fc.constant({}),
    act: async ({ client, sessionId: session_id }) =>
      (await client.call("clearHistory", { params: { session_id } })).complete,
    foresee({ model, who, session, now }) {
      touch(entered(model, who, session), now);
      session.said = [];
      return true;
    },
  }),

  ask: deed({
    weight: 3,
    args: fc.record({ tool: fc.constantFrom("send_email", "pay") }),
    act: async ({ client, sessionId: session_id }, { tool }) =>
      (await client.call("setApproval", { params: { session_id }, body: { tool_name: tool } })).tool_name,
    foresee({ model, who, session, now }, { tool }) {
      ask(entered(model, who, session), tool, now);
      return tool;
    },
  }),

  waits: deed({
    weight: 2,
    args: fc.constant({}),
    act: async ({ client, sessionId: session_id }) =>
      (await client.call("getApproval", { params: { session_id } })).tool_name,
    foresee({ model, who, session, now }) {
      const pending = pendingOf(entered(model, who, session), now);
      if (pending === undefined) throw new Refused("approval_not_found");
      return pending.tool;
    },
  }),

  decide: deed({
    weight: 3,
    args: fc.record({ outcome: fc.constantFrom("approved" as const, "rejected" as const, "withdrawn" as const) }),
    async act({ client, sessionId: session_id }, { outcome }) {
      const params = { session_id };
      if (outcome === "withdrawn") return (await client.call("withdrawApproval", { params })).status;
      return (await client.call("decideApproval", { params, body: { decision: outcome } })).status;
    },
    foresee: ({ model, who, session, now }, { outcome }) => settle(entered(model, who, session), outcome, now),
  }),
};
