/** Making, finding, changing and ending sessions. */
import fc from "fast-check";
import type { Answer } from "../../../shared/client/index.ts";
import { deed } from "./deed.ts";
import { endOf, entered, idleMinutesOn, isLive, liveOf, type ModelSession, open, remembered, touch } from "./model.ts";

const platform = fc.constantFrom("web", "telegram");
const thread = fc.constantFrom(null, "thread");

/** All of a session that does not depend on who looks. */
function view(session: Answer<"getSession">) {
  const { session_id, platform, thread_id, status, metadata, file_counts, database } = session;
  const counts = Object.fromEntries(Object.entries(file_counts).filter(([, files]) => files > 0));
  return {
    ...{ session_id, platform, thread_id, status, note: metadata.note ?? "", counts, tables: database.tables },
    active: Date.parse(session.last_activity),
    ends: Date.parse(session.expires_at),
  };
}

function foreseenView(session: ModelSession): ReturnType<typeof view> {
  const { id, platform, thread, status, note, files } = session;
  const counts: Record<string, number> = session.hasSummary ? { workspace: 1 } : {};
  for (const path of files.keys()) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts[folder] = (counts[folder] ?? 0) + 1;
  }
  const tables = [...files.values()].filter(({ rows }) => rows !== undefined).length;
  const times = { active: session.lastActivity, ends: endOf(session).at };
  return { session_id: id, platform, thread_id: thread, status, note, counts, tables, ...times };
}

export const sessionDeeds = {
  create: deed({
    weight: 6,
    args: fc.record({
      platform,
      thread,
      reuse: fc.boolean(),
      idle: fc.option(fc.constantFrom(2, 30), { nil: undefined, freq: 3 }),
    }),
    async act({ client }, { platform, thread, reuse, idle }) {
      const retention = idle === undefined ? {} : { idle_minutes: idle };
      const body = { platform, thread_id: thread, reuse, retention };
      return view(await client.call("createSession", { body }));
    },
    foresee({ model, who, now }, { platform, thread, reuse, idle }, told) {
      const found = liveOf(model, who).find((one) => one.platform === platform && one.thread === thread);
      if (reuse && found !== undefined) {
        touch(found, now);
        return foreseenView(found);
      }
      const id = told?.session_id ?? "";
      if (model.sessions.some((session) => session.id === id)) throw new Error(`${id} is no new session`);
      return foreseenView(open(model, who, { id, platform, thread, idle }));
    },
  }),

  list: deed({
    weight: 3,
    args: fc.constant({}),
    act: async ({ client }) =>
      (await client.call("listSessions", { query: { limit: 100 } })).data.map(({ session_id }) => session_id),
    foresee: ({ model, who }) => liveOf(model, who).map(({ id }) => id),
  }),

  look: deed({
    weight: 6,
    args: fc.constant({}),
    act: async ({ client, sessionId: session_id }) => view(await client.call("getSession", { params: { session_id } })),
    foresee: ({ model, who, session }) => foreseenView(entered(model, who, session)),
  }),

  touch: deed({
    weight: 3,
    args: fc.constant({}),
    act: async ({ client, sessionId: session_id }) =>
      view(await client.call("touchSession", { params: { session_id } })),
    foresee({ model, who, session, now }) {
      touch(entered(model, who, session), now);
      return foreseenView(session);
    },
  }),

  change: deed({
    weight: 3,
    args: fc.record(
      {
        status: fc.constantFrom("active" as const, "completed" as const, "error" as const),
        note: fc.constantFrom("a", "b"),
        thread,
        idle: fc.constantFrom(2, 90),
      },
      { requiredKeys: [] },
    ),
    async act({ client, sessionId: session_id }, { status, note, thread, idle }) {
      const body = {
        ...(status !== undefined && { status }),
        ...(note !== undefined && { metadata: { note } }),
        ...(thread !== undefined && { thread_id: thread }),
        ...(idle !== undefined && { retention: { idle_minutes: idle } }),
      };
      return view(await client.call("patchSession", { params: { session_id }, body }));
    },
    foresee({ model, who, session, now }, { status, note, thread, idle }) {
      entered(model, who, session).lastActivity = now;
      if (status !== undefined) session.status = status;
      if (note !== undefined) session.note = note;
      if (thread !== undefined) session.thread = thread;
      if (idle !== undefined) session.idleMinutes = Math.min(idle, idleMinutesOn(session.platform));
      return foreseenView(session);
    },
  }),

  delete: deed({
    weight: 2,
    args: fc.constant({}),
    act: async ({ client, sessionId: session_id }) =>
      (await client.call("deleteSession", { params: { session_id } })).reason as string,
    foresee({ model, who, session, now }) {
      remembered(model, who, session).ended ??= { at: now, reason: "deleted" };
      return session.ended?.reason ?? "";
    },
  }),

  clear: deed({
    weight: 1,
    args: fc.constant({}),
    act: async ({ client }) => (await client.call("clearSessions", {})) && "cleared",
    foresee({ model, who, now }) {
      for (const session of model.sessions) {
        if (session.owner !== who || session.ended !== undefined) continue;
        // What was over already, and the sweep has not come by, ends by its own rule.
        session.ended = { at: now, reason: isLive(session, now) ? "cleared" : endOf(session).reason };
      }
      return "cleared";
    },
  }),
};
