/** People who say and decide at the same moment. */
import type { Client } from "../../../shared/client/index.ts";
import { expect, expectEnding, newSession, type Race } from "./race.ts";

const APPENDS = 50;

export const talkRaces: Race[] = [
  {
    name: "two decisions on one approval",
    async set({ ana }) {
      const params = { session_id: await newSession(ana) };
      await ana.call("setApproval", { params, body: { tool_name: "pay" } });
      return {
        actors: {
          yes: ({ ana }) => ana.call("decideApproval", { params, body: { decision: "approved" } }),
          no: ({ ana }) => ana.call("decideApproval", { params, body: { decision: "rejected" } }),
        },
        async judge({ yes, no }) {
          const decided = [];
          for await (const entry of ana.pages("listHistory", { params })) {
            if (entry.metadata.type === "approval_decided") decided.push(entry);
          }
          return [
            ...expectEnding("the yes", yes, "approval_decided"),
            ...expectEnding("the no", no, "approval_decided"),
            ...expect((yes?.refused === undefined) !== (no?.refused === undefined), "both, or neither, decided"),
            ...expect(decided.length === 1, `the history tells of ${decided.length} decisions`),
          ];
        },
      };
    },
  },
  {
    name: "a hundred appends",
    async set({ ana }) {
      const params = { session_id: await newSession(ana) };
      const say = (client: Client, who: string) =>
        Promise.all(
          Array.from({ length: APPENDS }, (_, n) =>
            client.call("appendHistory", { params, body: { role: "user", content: `${who} ${n}` } }),
          ),
        );
      return {
        actors: { one: ({ ana }) => say(ana, "one"), other: ({ ana }) => say(ana, "other") },
        async judge({ one, other }) {
          const said = [];
          for await (const { content } of ana.pages("listHistory", { params, query: { limit: 100 } }))
            said.push(content);
          return [
            ...expectEnding("one", one),
            ...expectEnding("the other", other),
            ...expect(said.length === 2 * APPENDS && new Set(said).size === said.length, `${said.length} were kept`),
          ];
        },
      };
    },
  },
  {
    name: "append against clear",
    async set({ ana }) {
      const params = { session_id: await newSession(ana) };
      await ana.call("appendHistory", { params, body: { role: "user", content: "before" } });
      return {
        actors: {
          say: ({ ana }) => ana.call("appendHistory", { params, body: { role: "user", content: "after" } }),
          clear: ({ ana }) => ana.call("clearHistory", { params }),
        },
        async judge({ say, clear }) {
          const said = (await ana.call("listHistory", { params })).data.map(({ content }) => content);
          return [
            ...expectEnding("the word", say),
            ...expectEnding("the clearing", clear),
            ...expect(!said.includes("before") && said.length <= 1, `left is ${said.join(", ")}`),
          ];
        },
      };
    },
  },
];
