/** What a process may die of: one thing each that a person does, or that is done for him. */
import { Readable } from "node:stream";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import type { Client } from "../../../shared/client/index.ts";
import { sha256Of } from "../../support/direct-upload.ts";
import type { Told } from "../audit/told.ts";
import { ledger } from "../crashes/ledger.ts";
import { type DeedName, deeds } from "../sequences/deeds.ts";
import { contentOf } from "../sequences/file-deeds.ts";
import type { Process, World } from "../world.ts";

/** Where it is done: a session of a person who is nobody else. */
export interface Place {
  world: World;
  told: Told;
  ana: Client;
  sessionId: string;
}

export interface Doing {
  name: string;
  /** Makes what it is done to. */
  prepare?(place: Place): Promise<void>;
  /** What may come of it is told before. */
  foretell?(place: Place): void;
  act(place: Place, process: Process, ana: Client): Promise<unknown>;
  /** It was answered. */
  confirm?(place: Place): void;
}

const TEXT = "workspace/a.md";
const TABLE = "uploads/a.csv";

/** A file that is there, and known to be. */
async function has({ ana, told, sessionId }: Place, path: string): Promise<void> {
  const bytes = contentOf(path, 1);
  await ana.call("putFile", { params: { session_id: sessionId, path }, body: bytes });
  told.stored(sessionId, path, sha256Of(bytes));
}

/** One of the deeds that sequences are made of, where these files are. */
function deed(name: string, deed: DeedName, args: object, ...files: string[]): Doing {
  return {
    name,
    async prepare(place) {
      for (const path of files) await has(place, path);
    },
    foretell: ({ told, sessionId }) => ledger[deed]?.before(told, sessionId, args as never),
    act: ({ sessionId }, _, client) => deeds[deed].act({ client, who: "ana", sessionId }, args),
    confirm: ({ told, sessionId }) => ledger[deed]?.after(told, sessionId, args as never),
  };
}

/** A file whose conversion nobody began. */
async function hasPending({ world, told, sessionId }: Place): Promise<void> {
  const { files, sessions } = world.main.stores;
  const bytes = contentOf(TABLE, 2);
  const conversion = { state: "pending" as const, tables: [] };
  const about = { conversion, uploadedBy: { kind: "user" as const, id: "ana" } };
  const stored = await files.put(sessionId, parseFilePath(TABLE), Readable.from([Buffer.from(bytes)]), about);
  await sessions.noteFiles(await sessions.current(sessionId), [stored.delta], { convert: true });
  told.stored(sessionId, TABLE, sha256Of(bytes));
}

const create = (ana: Client) => ana.call("createSession", { body: { platform: "web" } });

export const doings: Doing[] = [
  deed("a file is stored", "put", { path: "workspace/b.md", size: 2 }),
  deed("a file is replaced", "put", { path: TEXT, size: 3 }, TEXT),
  deed("a table's file is stored", "putTable", { path: TABLE, size: 2 }),
  deed("a table's file is replaced", "putTable", { path: TABLE, size: 3 }, TABLE),
  deed("a file is sent directly", "direct", { path: TEXT, size: 2, complete: true }),
  deed("a file is replaced directly", "direct", { path: TEXT, size: 3, complete: true }, TEXT),
  deed("a direct upload is given up", "direct", { path: TEXT, size: 2, complete: false }),
  deed("a file is removed", "remove", { path: TEXT }, TEXT),
  deed("a table's file is removed", "remove", { path: TABLE }, TABLE),
  deed("a file is renamed", "rename", { path: TEXT, name: "z.md" }, TEXT),
  deed("a table's file is renamed", "rename", { path: TABLE, name: "z.csv" }, TABLE),
  deed("a session is deleted", "delete", {}, TEXT, TABLE),
  deed("something is said", "say", { text: "hello" }),
  deed("a decision is asked for", "ask", { tool: "pay" }),
  {
    name: "a decision is made",
    prepare: async ({ ana, sessionId: session_id }) => {
      await ana.call("setApproval", { params: { session_id }, body: { tool_name: "pay" } });
    },
    act: ({ sessionId: session_id }, _, ana) =>
      ana.call("decideApproval", { params: { session_id }, body: { decision: "approved" } }),
  },
  {
    name: "several files come in one form",
    foretell({ told, sessionId }) {
      for (const path of [TABLE, "uploads/b.csv", "uploads/c.bin"])
        told.storing(sessionId, path, sha256Of(contentOf(path, 1)));
    },
    act: ({ sessionId }, _, ana) =>
      ana.uploadFiles(
        sessionId,
        ["a.csv", "b.csv", "c.bin"].map((name) => ({ name, content: contentOf(`uploads/${name}`, 1) })),
      ),
    confirm({ told, sessionId }) {
      for (const path of [TABLE, "uploads/b.csv", "uploads/c.bin"])
        told.stored(sessionId, path, sha256Of(contentOf(path, 1)));
    },
  },
  {
    name: "a file is converted",
    prepare: hasPending,
    act: ({ sessionId }, process) => process.perform({ sessionId }),
  },
  {
    name: "one session too many is made",
    async prepare(place) {
      for (let n = 0; n < 2; n++) await create(place.ana);
      await has(place, TEXT);
    },
    foretell: ({ told, sessionId }) => told.ending(sessionId),
    act: (_, __, ana) => create(ana),
  },
  {
    name: "all sessions are cleared",
    prepare: async (place) => {
      await create(place.ana);
      await has(place, TEXT);
    },
    foretell: ({ told, sessionId }) => told.ending(sessionId),
    act: (_, __, ana) => ana.call("clearSessions", {}),
    confirm: ({ told, sessionId }) => told.ended(sessionId),
  },
  {
    name: "a sweep goes by",
    prepare: hasPending,
    act: (_, process) => process.sweep({ full: true }),
  },
];
