/** A host whose API has no file handle left for a while: a process of its own, over HTTP. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";
import { type Client, CubbyError } from "../../../shared/client/index.ts";
import { ENV } from "../../../shared/config.ts";
import { bytesOf, sha256Of } from "../../support/direct-upload.ts";
import { startTestHost } from "../../support/local-host.ts";
import { clientOf } from "../crashes/crowd.ts";
import { contentOf } from "../sequences/file-deeds.ts";
import type { Fault } from "./fault.ts";
import type { Journal } from "./journal.ts";

const run = promisify(execFile);
const AT_ONCE = 12;
const MANY = "4096:4096";

export const fewHandles: Fault = {
  name: "no file handle left",
  tried: "a dozen uploads at once over HTTP, to an API whose process may open nothing more",
  async strike({ journal }) {
    // On the ground's engines, as the environment names them; bucket and table are its own.
    const name = `handles-${randomUUID()}`;
    const host = await startTestHost({ env: { [ENV.bucket]: name, [ENV.table]: name } });
    try {
      const client = await clientOf(host.url, "ana");
      const { session_id } = await client.call("createSession", { body: { platform: "web" } });
      const stored = new Map<string, string>();
      for (const round of ["few", "many"]) {
        for (const pid of host.pids.workers("api")) await limit(pid, round === "few" ? undefined : MANY);
        await uploadAtOnce(client, session_id, { round, stored, journal });
      }
      for (const [path, hash] of stored) {
        const found = sha256Of(await bytesOf(client, session_id, path));
        if (found !== hash) journal.find(`${path} was answered, and has other bytes`);
      }
    } finally {
      await host.close();
    }
  },
};

/** As many as it has open now, and three: connections that it keeps go on. */
async function limit(pid: number, handles?: string): Promise<void> {
  const open = (await readdir(`/proc/${pid}/fd`)).length + 3;
  await run("prlimit", ["--pid", String(pid), `--nofile=${handles ?? `${open}:${MANY.split(":")[1]}`}`]);
}

interface Round {
  round: string;
  stored: Map<string, string>;
  journal: Journal;
}

async function uploadAtOnce(client: Client, session_id: string, { round, stored, journal }: Round): Promise<void> {
  const uploads = Array.from({ length: AT_ONCE }, async (_, nth) => {
    const path = `workspace/${round}-${nth}.md`;
    const body = contentOf(path, nth);
    const started = performance.now();
    try {
      await client.call("putFile", { params: { session_id, path }, body });
      stored.set(path, sha256Of(body));
      journal.tally("as ever");
    } catch (error) {
      if (!(error instanceof CubbyError)) throw error;
      journal.tally(`${error.status} \`${error.code}\``);
      if (error.status !== 503 || round === "many") journal.find(`${path}: ${error.status} ${error.message}`);
    }
    journal.waited(performance.now() - started, path);
    journal.struck++;
  });
  await Promise.all(uploads);
}
