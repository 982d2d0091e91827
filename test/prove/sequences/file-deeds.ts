/** Files and the tables that they become. */
import fc from "fast-check";
import { bytesOf, postForm, sha256Of } from "../../support/direct-upload.ts";
import { deed, type Foreseen } from "./deed.ts";
import { entered, isTable, type ModelFile, type ModelSession, Refused, store, tablesOf, touch } from "./model.ts";

/** Few, so that deeds meet on them. Tables cost the most to make and are drawn the least. */
const plainPaths = ["workspace/a.md", "workspace/b.md", "outputs/single/a.csv", "uploads/c.bin"] as const;
const tablePaths = ["uploads/a.csv", "uploads/b.csv"] as const;
const anyPath = fc.constantFrom(...plainPaths, ...tablePaths);
const plainPath = fc.constantFrom(...plainPaths);
const size = fc.nat({ max: 3 });

/** Written by Cubby, or a view of what it published: no file that anybody sent. */
const own = new Set(["workspace/DATABASE_SUMMARY.md", "workspace/project_data.db"]);

/** The bytes that belong to a path and a number; of a table, that many rows and one. */
export function contentOf(path: string, size: number): Uint8Array<ArrayBuffer> {
  const rows = Array.from({ length: size + 1 }, (_, row) => `${row},word ${row}\n`).join("");
  const text = path.endsWith(".csv") ? `n,word\n${rows}` : `\u0000${path.length}${"x".repeat(size)}`;
  return new Uint8Array(Buffer.from(text));
}

function modelFile(path: string, size: number): ModelFile {
  return { sha256: sha256Of(contentOf(path, size)), ...(isTable(path) && { rows: size + 1 }) };
}

/** A file of his live session; refused when there is none of this name. */
function existing({ model, who, session }: Foreseen, path: string): ModelFile {
  const file = entered(model, who, session).files.get(path);
  if (file === undefined) throw new Refused("file_not_found");
  return file;
}

function remove(session: ModelSession, path: string, now: number): void {
  session.files.delete(path);
  session.lastActivity = now;
}

/** Puts one file and says what came of it; a deed of its own for tables, which are slower. */
const put = (weight: number, path: fc.Arbitrary<string>) =>
  deed({
    weight,
    args: fc.record({ path, size }),
    async act({ client, sessionId: session_id }, { path, size }) {
      const params = { session_id, path };
      const { file } = await client.call("putFile", { params, body: contentOf(path, size) });
      return { sha256: file?.sha256 ?? "", state: file?.conversion.state ?? "" };
    },
    foresee({ model, who, session, now }, { path, size }) {
      const file = modelFile(path, size);
      store(entered(model, who, session), path, file, now);
      return { sha256: file.sha256, state: isTable(path) ? "converted" : "none" };
    },
  });

export const fileDeeds = {
  put: put(
    7,
    plainPath.filter((path) => !path.startsWith("uploads/")),
  ),
  putTable: put(2, fc.constantFrom(...tablePaths)),

  direct: deed({
    weight: 2,
    args: fc.record({ path: fc.constantFrom("workspace/a.md", "outputs/single/a.csv"), size, complete: fc.boolean() }),
    async act({ client, sessionId: session_id }, { path, size, complete }) {
      const params = { session_id };
      const content = contentOf(path, size);
      const { upload_id, post } = await client.call("createUpload", {
        params,
        body: { path, size_bytes: content.byteLength, sha256: sha256Of(content) },
      });
      if (post === undefined) throw new Error("The upload has no form");
      const upload = { ...params, upload_id };
      if (!complete) return (await client.call("abortUpload", { params: upload })).status;
      await postForm(post, content);
      return (await client.call("completeUpload", { params: upload, body: {} })).status;
    },
    foresee({ model, who, session, now }, { path, size, complete }) {
      touch(entered(model, who, session), now);
      if (!complete) return "aborted";
      store(session, path, modelFile(path, size), now);
      return "stored";
    },
  }),

  remove: deed({
    weight: 3,
    args: fc.record({ path: anyPath }),
    act: async ({ client, sessionId: session_id }, { path }) =>
      (await client.call("deleteFile", { params: { session_id, path } })).status,
    foresee(at, { path }) {
      existing(at, path);
      remove(at.session, path, at.now);
      return "deleted";
    },
  }),

  rename: deed({
    weight: 2,
    args: fc.record({ path: plainPath, name: fc.constantFrom("a.md", "b.md", "z.md") }),
    act: async ({ client, sessionId: session_id }, { path, name }) =>
      (await client.call("renameFile", { params: { session_id }, body: { path, name } })).path,
    foresee(at, { path, name }) {
      const file = existing(at, path);
      const to = `${path.slice(0, path.lastIndexOf("/"))}/${name}`;
      if (to === path) return to;
      if (at.session.files.has(to)) throw new Refused("conflict");
      store(at.session, to, file, at.now);
      remove(at.session, path, at.now);
      return to;
    },
  }),

  download: deed({
    weight: 3,
    args: fc.record({ path: anyPath }),
    act: async ({ client, sessionId }, { path }) => sha256Of(await bytesOf(client, sessionId, path)),
    foresee(at, { path }) {
      const { sha256 } = existing(at, path);
      touch(at.session, at.now);
      return sha256;
    },
  }),

  listFiles: deed({
    weight: 4,
    args: fc.constant({}),
    async act({ client, sessionId: session_id }) {
      const { data } = await client.call("listFiles", { params: { session_id }, query: { limit: 100 } });
      const sent = data.filter(({ path }) => !own.has(path));
      return sent.map(({ path, sha256 }) => `${path} ${sha256}`).sort();
    },
    foresee({ model, who, session }) {
      const { files } = entered(model, who, session);
      return [...files].map(([path, { sha256 }]) => `${path} ${sha256}`).sort();
    },
  }),

  listTables: deed({
    weight: 3,
    args: fc.constant({}),
    async act({ client, sessionId: session_id }) {
      const { data } = await client.call("listTables", { params: { session_id } });
      return data.map(({ name, row_count }) => ({ name, rows: row_count }));
    },
    foresee: ({ model, who, session }) => tablesOf(entered(model, who, session)),
  }),
};
