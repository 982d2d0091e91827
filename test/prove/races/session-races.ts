/** Sessions that end while somebody uses them. */
import { ENV } from "../../../shared/config.ts";
import { sha256Of } from "../../support/direct-upload.ts";
import { MINUTE } from "../../support/sweep-on.ts";
import type { Process } from "../world.ts";
import { type Actor, expect, expectEnding, newSession, type Race } from "./race.ts";

const TEXT = "a file\n";
const HASH = sha256Of(new Uint8Array(Buffer.from(TEXT)));
const path = "workspace/a.md";

export const sessionRaces: Race[] = [
  {
    name: "keep-N against an upload in progress",
    async set({ world, told, ana }) {
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) {
        ids.push(await newSession(ana));
        world.clock.move(MINUTE);
      }
      const [session_id = ""] = ids;
      return {
        actors: {
          upload: ({ ana }) => ana.call("putFile", { params: { session_id, path }, body: TEXT }),
          create: ({ ana }) => newSession(ana),
        },
        async judge({ upload, create }) {
          const live = (await ana.call("listSessions", {})).data.map((session) => session.session_id);
          if (live.includes(session_id) && upload?.refused === undefined) {
            told.begun(session_id);
            told.ending(session_id); // awake it may stay for now, and the sweep takes what is beyond the newest
            told.stored(session_id, path, HASH);
          }
          return [
            ...expectEnding("the upload", upload, "session_expired", "session_not_found", "conflict"),
            ...expectEnding("the new session", create),
            ...expect(live.includes(String(create?.value)), "the new session is not there"),
            ...expect(
              ids.slice(1).every((id) => live.includes(id)),
              "a newer session ended",
            ),
          ];
        },
      };
    },
  },
  {
    name: "sweep against touch",
    isAlone: true,
    async set({ world, ana }) {
      const session_id = await newSession(ana);
      world.clock.move(24 * 60 * MINUTE - 1);
      return {
        actors: {
          touch: ({ ana }) => ana.call("touchSession", { params: { session_id } }),
          sweep: ({ process }) => process.sweep(),
          time: ({ turn }) => turn("passes", async () => world.clock.move(2)),
        },
        async judge({ touch }) {
          const live = (await ana.call("listSessions", {})).data.some((session) => session.session_id === session_id);
          return [
            ...expectEnding("the touch", touch, "session_expired"),
            ...expect(live === (touch?.refused === undefined), `touched: ${touch?.refused ?? "yes"}, alive: ${live}`),
          ];
        },
      };
    },
  },
  {
    name: "delete against upload",
    async set({ told, ana }) {
      const session_id = await newSession(ana);
      told.begun(session_id);
      told.ended(session_id);
      return {
        actors: {
          delete: ({ ana }) => ana.call("deleteSession", { params: { session_id } }),
          upload: ({ ana }) => ana.call("putFile", { params: { session_id, path: "uploads/a.csv" }, body: "n\n1\n" }),
        },
        judge: (endings) => [
          ...expectEnding("the deletion", endings.delete),
          // `conflict`: its object was gone before anybody looked whether the session is.
          ...expectEnding("the upload", endings.upload, "session_expired", "session_not_found", "conflict"),
        ],
      };
    },
  },
  {
    name: "one idempotency key twice at once",
    async set({ ana }) {
      const options = { body: { platform: "web" }, idempotencyKey: "the-same" };
      return {
        actors: {
          first: async ({ ana }) => (await ana.call("createSession", options)).session_id,
          second: async ({ ana }) => (await ana.call("createSession", options)).session_id,
        },
        async judge({ first, second }) {
          const live = (await ana.call("listSessions", {})).data.map((session) => session.session_id);
          const told = new Set([first?.value, second?.value].filter((id) => id !== undefined));
          return [
            ...expectEnding("the first", first, "conflict"),
            ...expectEnding("the second", second, "conflict"),
            ...expect(
              live.length === 1 && told.size === 1 && told.has(live[0] ?? ""),
              `${live.length} sessions, told ${told.size}`,
            ),
          ];
        },
      };
    },
  },
  {
    name: "twenty creates at one moment",
    async set({ ana }) {
      const many = (client: typeof ana) => Promise.all(Array.from({ length: 10 }, () => newSession(client)));
      return {
        actors: { first: ({ ana }) => many(ana), second: ({ ana }) => many(ana) },
        async judge({ first, second }) {
          const made = [first?.value, second?.value].flat() as string[];
          const live = (await ana.call("listSessions", {})).data.map((session) => session.session_id);
          return [
            ...expect(new Set(made).size === 20, "two sessions have one id"),
            ...expect(live.length === 3, `${live.length} are left of the newest 3`),
            ...expect(
              live.every((id) => made.includes(id)),
              "a session is there that nobody was told of",
            ),
          ];
        },
      };
    },
  },
];

/** Sessions by the thousand. */
export const manySessions: Race[] = [
  {
    name: "1,000 creates in one second",
    isAlone: true,
    leavesNothing: true,
    settings: { [ENV.maxSessions]: "1000" },
    async set({ world }) {
      const people = Array.from({ length: 100 }, (_, n) => `person-${n}`);
      const as = (process: Process, userId: string) => process.client({ kind: "user", userId });
      const half = ({ process }: Actor) =>
        Promise.all(
          Array.from({ length: 500 }, async (_, n) => {
            const who = people[n % people.length] ?? "";
            return [who, await newSession(as(process, who))] as const;
          }),
        );
      return {
        actors: { first: half, second: half },
        async judge({ first, second }) {
          const made = [first?.value, second?.value].flat() as [string, string][];
          const wrong = people.map(async (who) => {
            const { data } = await as(world.main, who).call("listSessions", { query: { limit: 100 } });
            const found = new Set(data.map(({ session_id }) => session_id));
            const own = made.filter(([owner]) => owner === who);
            return own.length !== found.size || own.some(([, id]) => !found.has(id)) ? [who] : [];
          });
          const unlucky = (await Promise.all(wrong)).flat();
          return [
            ...expect(new Set(made.map(([, id]) => id)).size === 1000, "two sessions have one id"),
            ...expect(unlucky.length === 0, `${unlucky.join()} do not have what they were told of`),
          ];
        },
      };
    },
  },
];
