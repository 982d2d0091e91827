/** What every stack has to do for a visitor, one thing a step; each step finds out by itself whether it was done. */
import { setTimeout as pause } from "node:timers/promises";
import { type Client, CubbyError } from "../../shared/client/index.ts";

/** A session that is walked through. */
export interface Walk {
  client: Client;
  /** The same stage with this token, where a guest session brought its own. */
  withToken(token: string): Client;
  /** Empty until it is made, and again when it is gone. */
  sessionId: string;
}

export interface SmokeStep {
  readonly name: string;
  /** Answers a remark on what was seen; throws when it is not as it should be. */
  run(walk: Walk): Promise<string>;
}

const FILE = "uploads/smoke.csv";
const csv = "city,units\nLagos,40\nLima,2\n";
const note = "A smoke test was here";
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

const of = ({ sessionId }: Walk) => ({ session_id: sessionId });

export const smokeSteps: readonly SmokeStep[] = [
  {
    name: "is there",
    async run({ client }) {
      const { status, version } = await client.call("health", {});
      expect(status === "ok", `its health is "${status}"`);
      return `version ${version}`;
    },
  },
  {
    name: "makes a session",
    async run(walk) {
      const session = await walk.client.call("createSession", { body: { platform: "api" } });
      walk.sessionId = session.session_id;
      if (session.session_token !== undefined) walk.client = walk.withToken(session.session_token);
      return `${session.session_id}${session.session_token === undefined ? "" : ", as a guest"}`;
    },
  },
  {
    name: "takes a CSV",
    async run(walk) {
      const { files } = await walk.client.uploadFiles(walk.sessionId, [{ name: "smoke.csv", content: csv }]);
      const [result] = files;
      expect(result?.problem === undefined, `it refused the file: ${result?.problem?.title}`);
      return `${csv.length} bytes`;
    },
  },
  {
    name: "makes a table of it",
    async run(walk) {
      for (const deadline = Date.now() + PATIENCE_MS; ; ) {
        const { data } = await walk.client.call("listTables", { params: of(walk) });
        const table = data.find(({ name }) => name === "smoke");
        if (table !== undefined) return `"${table.name}", ${table.row_count} rows`;
        expect(Date.now() < deadline, `there is none after ${PATIENCE_MS / 1000} s`);
        await pause(PAUSE_MS);
      }
    },
  },
  {
    name: "answers SQL",
    async run(walk) {
      const body = { sql: "SELECT sum(units) AS units FROM smoke" };
      const { rows } = await walk.client.call("query", { params: of(walk), body });
      expect(String(rows?.[0]?.[0]) === "42", `the sum should be 42, and is ${JSON.stringify(rows)}`);
      return "40 + 2 = 42";
    },
  },
  {
    name: "gives the file back",
    async run(walk) {
      const text = await (await walk.client.download(walk.sessionId, FILE)).text();
      expect(text === csv, `the file came back as ${JSON.stringify(text)}`);
      return "byte for byte, straight from the storage";
    },
  },
  {
    name: "keeps a history",
    async run(walk) {
      await walk.client.call("appendHistory", { params: of(walk), body: { role: "user", content: note } });
      const { data } = await walk.client.call("listHistory", { params: of(walk) });
      expect(JSON.stringify(data).includes(note), "it does not hold what was just said");
      return `${data.length} entries`;
    },
  },
  {
    name: "removes the session",
    async run(walk) {
      const { objects, items } = await walk.client.call("deleteSession", { params: of(walk) });
      expect(objects > 0, "the receipt tells of no object");
      return `${objects} objects, ${items} items`;
    },
  },
  {
    name: "shows nothing of it any more",
    async run(walk) {
      const status = await walk.client.call("getSession", { params: of(walk) }).then(() => 200, statusOf);
      // A guest's token ended with the session.
      expect([410, 404, 401].includes(status), `asked for the session it answers ${status}`);
      walk.sessionId = "";
      return `${status}`;
    },
  },
];

function statusOf(error: unknown): number {
  if (error instanceof CubbyError) return error.status;
  throw error;
}

function expect(isRight: boolean, otherwise: string): void {
  if (!isRight) throw new Error(otherwise);
}
