/** Exports and imports of everything, while people go on. */
import type { Client } from "../../../shared/client/index.ts";
import type { World } from "../world.ts";
import { expect, expectEnding, newSession, olga, type Race } from "./race.ts";

export const transferRaces: Race[] = [
  {
    name: "export against writes",
    isAlone: true,
    async set({ world, ana }) {
      const ids = [await newSession(ana), await newSession(ana)];
      return {
        actors: {
          export: async ({ process }) => {
            const query = { format: "json", redirect: "false" } as const;
            const { url } = (await process.client(olga).call("exportSessions", { query })) as { url: string };
            return (await fetch(url)).text();
          },
          write: async ({ ana }) => {
            world.clock.move(120_000);
            for (const session_id of ids) await ana.call("touchSession", { params: { session_id } });
            await newSession(ana);
          },
        },
        judge(endings) {
          const text = String(endings.export?.value);
          const total = ids.map((id) => text.split(`"${id}": {`).length - 1);
          return [
            ...expectEnding("the export", endings.export),
            ...expectEnding("the writes", endings.write),
            ...expect(
              total.every((count) => count === 1),
              `sessions came ${total.join(" and ")} times: ${text.slice(0, 300)}`,
            ),
          ];
        },
      };
    },
  },
  {
    name: "import against writes",
    async set({ world, told, ana, anasId }) {
      const known = await newSession(ana);
      const isNew = `of.old.${anasId}`;
      told.begun(known);
      const say = (client: Client, session_id: string, content: string) =>
        client.call("appendHistory", { params: { session_id }, body: { role: "user", content } });
      await say(ana, known, "before");
      const body = fileOf(world, anasId, [known, isNew]);
      return {
        actors: {
          import: ({ process }) => importFile(process.client(olga), body),
          again: ({ process }) => importFile(process.client(olga), body),
          write: async ({ ana }) => {
            const params = { session_id: known };
            await ana.call("patchSession", { params, body: { metadata: { note: "mine" } } });
            await say(ana, known, "mine");
            return (await say(ana, isNew, "mine")).content;
          },
        },
        async judge({ import: one, again, write }) {
          const [kept, came] = [await saidIn(ana, known), await saidIn(ana, isNew)];
          const { metadata } = await ana.call("getSession", { params: { session_id: known } });
          const wasWritten = write?.refused === undefined;
          const statuses = [one?.value, again?.value].map((rows) => (rows as Record<string, string>)[isNew]);
          return [
            ...expectEnding("one import", one),
            ...expectEnding("the other import", again),
            ...expectEnding("the writes", write, "session_not_found"),
            ...expect(kept.join() === "before,mine" && metadata.note === "mine", `what was there is ${kept.join()}`),
            ...expect(
              came.toSorted().join() === (wasWritten ? "mine,one,two" : "one,two"),
              `what came is ${came.join()}, written ${wasWritten}`,
            ),
            ...expect(statuses.toSorted().join() === "imported,unchanged", `they were told ${statuses.join()}`),
          ];
        },
      };
    },
  },
  {
    name: "import against a deletion",
    async set({ world, ana, anasId }) {
      const session_id = `of.old.${anasId}`;
      const body = fileOf(world, anasId, [session_id]);
      return {
        actors: {
          import: ({ process }) => importFile(process.client(olga), body),
          again: ({ process }) => importFile(process.client(olga), body),
          delete: ({ ana }) => ana.call("deleteSession", { params: { session_id } }),
        },
        async judge({ import: one, again, delete: deleted }) {
          const live = (await ana.call("listSessions", {})).data.map((session) => session.session_id);
          const wasDeleted = deleted?.refused === undefined;
          return [
            ...expectEnding("one import", one),
            ...expectEnding("the other import", again),
            ...expectEnding("the deletion", deleted, "session_not_found"),
            ...expect(live.includes(session_id) !== wasDeleted, `deleted: ${wasDeleted}, there: ${live.length}`),
          ];
        },
      };
    },
  },
];

/** Sessions of his as an older system had them, with two words each. */
function fileOf({ clock }: World, userId: string, ids: readonly string[]): string {
  const at = clock.now().toISOString();
  const chat_history = ["one", "two"].map((content) => ({ role: "user", content, timestamp: at }));
  const session = { user_id: userId, platform: "web", created_at: at, last_activity: at, chat_history };
  return JSON.stringify(Object.fromEntries(ids.map((id) => [id, session])));
}

/** By session what became of its row. */
async function importFile(client: Client, body: string): Promise<Record<string, string>> {
  const { rows } = await client.call("importSessions", { query: { format: "json" }, body });
  return Object.fromEntries(rows.map(({ session_id, status }) => [session_id ?? "", status]));
}

async function saidIn(client: Client, session_id: string): Promise<string[]> {
  const { data } = await client.call("listHistory", { params: { session_id } });
  return data.map(({ content }) => content);
}
