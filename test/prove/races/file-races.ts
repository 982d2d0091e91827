/** Direct uploads and conversions that meet. */
import { Readable } from "node:stream";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import { beginForm, postForm, sha256Of } from "../../support/direct-upload.ts";
import { expect, expectEnding, newSession, type Race, type Scene } from "./race.ts";

const BYTES = new Uint8Array(Buffer.from("n,word\n1,one\n2,two\n"));
const HASH = sha256Of(BYTES);
const path = "uploads/a.csv";

/** An upload whose bytes have come and that nobody completed yet. */
async function arrived({ told, ana }: Scene) {
  const session_id = await newSession(ana);
  told.begun(session_id);
  const { upload_id, post } = await beginForm(ana, session_id, path, BYTES, { sha256: HASH });
  await postForm(post, BYTES);
  return { session_id, upload_id };
}

/** A session with a file that waits for its conversion. */
async function pending({ world, told, ana }: Scene) {
  const session_id = await newSession(ana);
  const { files, sessions } = world.main.stores;
  const about = {
    conversion: { state: "pending" as const, tables: [] },
    uploadedBy: { kind: "user" as const, id: "ana" },
  };
  const stored = await files.put(session_id, parseFilePath(path), Readable.from([Buffer.from(BYTES)]), about);
  await sessions.noteFiles(await sessions.current(session_id), [stored.delta], { convert: true });
  told.begun(session_id);
  told.stored(session_id, path, HASH);
  return session_id;
}

export const fileRaces: Race[] = [
  {
    name: "two that replace one version",
    async set({ told, ana }) {
      const params = { session_id: await newSession(ana), path: "outputs/single/a.txt" };
      told.begun(params.session_id);
      const before = await ana.call("putFile", { params, body: "before" });
      const ifMatch = `"${before.file?.etag}"`;
      return {
        actors: {
          first: ({ ana }) => ana.call("putFile", { params, body: "first", ifMatch }),
          second: ({ ana }) => ana.call("putFile", { params, body: "second", ifMatch }),
        },
        judge({ first, second }) {
          const winner = first?.refused === undefined ? "first" : "second";
          told.stored(params.session_id, params.path, sha256Of(new Uint8Array(Buffer.from(winner))));
          return [
            ...expectEnding("the first", first, "precondition_failed"),
            ...expectEnding("the second", second, "precondition_failed"),
            ...expect(
              (first?.refused === undefined) !== (second?.refused === undefined),
              "both, or neither, replaced it",
            ),
          ];
        },
      };
    },
  },
  {
    name: "complete against abort",
    async set(scene) {
      const params = await arrived(scene);
      return {
        actors: {
          complete: ({ ana }) => ana.call("completeUpload", { params, body: {} }),
          abort: ({ ana }) => ana.call("abortUpload", { params }),
        },
        judge({ complete, abort }) {
          const isComplete = complete?.refused === undefined;
          scene.told.stored(params.session_id, path, isComplete ? HASH : null);
          return [
            ...expectEnding("completing", complete, "upload_not_found", "upload_busy"),
            ...expectEnding("aborting", abort, "upload_completed", "upload_busy", "upload_not_found"),
            ...expect(isComplete !== (abort?.refused === undefined), "both, or neither, were answered"),
          ];
        },
      };
    },
  },
  {
    name: "two completes, and the event",
    async set(scene) {
      const params = await arrived(scene);
      const complete = async (client: typeof scene.ana) =>
        (await client.call("completeUpload", { params, body: {} })).file?.sha256;
      return {
        actors: {
          first: ({ ana }) => complete(ana),
          second: ({ ana }) => complete(ana),
          event: ({ process }) =>
            process.perform({
              sessionId: params.session_id,
              arrived: `sessions/${params.session_id}/uploading/${params.upload_id}`,
            }),
        },
        async judge({ first, second, event }) {
          scene.told.stored(params.session_id, path, HASH);
          const told = [];
          for await (const entry of scene.ana.pages("listHistory", { params })) {
            if (entry.metadata.type === "file_upload") told.push(entry);
          }
          return [
            ...expectEnding("the first", first),
            ...expectEnding("the second", second),
            ...expectEnding("the event", event),
            ...expect(first?.value === HASH && second?.value === HASH, "they were told of different files"),
            ...expect(told.length === 1, `the history tells of it ${told.length} times`),
          ];
        },
      };
    },
  },
  {
    name: "two conversions",
    async set(scene) {
      const sessionId = await pending(scene);
      return {
        actors: {
          first: ({ process }) => process.perform({ sessionId }),
          second: ({ process }) => process.perform({ sessionId }),
        },
        judge: ({ first, second }) => [...expectEnding("the first", first), ...expectEnding("the second", second)],
      };
    },
  },
  {
    name: "conversion against delete",
    async set(scene) {
      const sessionId = await pending(scene);
      return {
        actors: {
          convert: ({ process }) => process.perform({ sessionId }),
          delete: ({ ana }) => ana.call("deleteSession", { params: { session_id: sessionId } }),
        },
        judge(endings) {
          scene.told.ended(sessionId);
          return [...expectEnding("the conversion", endings.convert), ...expectEnding("the deletion", endings.delete)];
        },
      };
    },
  },
  {
    name: "two writers of one file",
    async set({ told, ana }) {
      const session_id = await newSession(ana);
      told.begun(session_id);
      const params = { session_id, path: "workspace/a.md" };
      const [one, other] = ["one\n", "the other\n"];
      return {
        actors: {
          one: ({ ana }) => ana.call("putFile", { params, body: one }),
          other: ({ ana }) => ana.call("putFile", { params, body: other }),
        },
        judge(endings) {
          for (const text of [one, other]) {
            told.storing(session_id, params.path, sha256Of(new Uint8Array(Buffer.from(text))));
          }
          return [...expectEnding("one", endings.one), ...expectEnding("the other", endings.other)];
        },
      };
    },
  },
  {
    name: "write against delete of one file",
    async set({ told, ana }) {
      const session_id = await newSession(ana);
      const params = { session_id, path };
      await ana.call("putFile", { params, body: BYTES });
      told.begun(session_id);
      const next = new Uint8Array(Buffer.from("n,word\n9,nine\n"));
      return {
        actors: {
          write: ({ ana }) => ana.call("putFile", { params, body: next }),
          remove: ({ ana }) => ana.call("deleteFile", { params }),
        },
        judge({ write, remove }) {
          told.storing(session_id, path, sha256Of(next));
          if (remove?.refused !== undefined) told.stored(session_id, path, sha256Of(next));
          return [
            ...expectEnding("the write", write),
            ...expectEnding("the removal", remove, "file_not_found", "conflict", "precondition_failed"),
          ];
        },
      };
    },
  },
];
