/** A machine that has no more of something: of its scratch disk, of file handles. And what is damaged on its way there. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { principals } from "../sequences/play.ts";
import { contentOf } from "../sequences/file-deeds.ts";
import { sha256Of } from "../../support/direct-upload.ts";
import { canMount, mountSmallDisk } from "../../support/small-disk.ts";
import type { Fault, FaultScene } from "./fault.ts";
import { fewHandles } from "./few-handles.ts";
import { API } from "./journal.ts";
import { startQuery } from "./query-in-process.ts";
import { flipAnswer } from "./strikes.ts";

const ROWS = 3;
const PATH = "uploads/a.csv";
const ATTEMPTS = 4;
const MB = 2 ** 20;
/** Some two megabytes. */
const LARGE_ROWS = 120_000;

/** Ana's session with a table of so many rows. */
async function withTable({ world, told }: FaultScene): Promise<string> {
  const client = world.main.client(principals.ana);
  const { session_id } = await client.call("createSession", { body: { platform: "web" } });
  told.begun(session_id);
  await put({ world, told }, session_id, PATH, ROWS - 1);
  return session_id;
}

async function put(
  { world, told }: Pick<FaultScene, "world" | "told">,
  session_id: string,
  path: string,
  size: number,
) {
  const body = contentOf(path, size);
  told.storing(session_id, path, sha256Of(body));
  const { file } = await world.main.client(principals.ana).call("putFile", { params: { session_id, path }, body });
  told.stored(session_id, path, sha256Of(body));
  return file?.conversion.state ?? "";
}

/** A count over the table by a function that has just started: right, or 503. */
async function ask({ world, journal }: FaultScene, session_id: string, directory: string): Promise<void> {
  const query = startQuery(directory);
  try {
    const fetch = journal.watch(world.main, principals.ana, query.own);
    const send = fetch(`${API}/v1/sessions/${session_id}/query`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sql: "SELECT n, word FROM a ORDER BY n" }),
    });
    const response = await send;
    const text = await response.text();
    const { code, rows } = JSON.parse(text) as { code?: string; rows?: [unknown, string][] };
    journal.tally(response.status === 200 ? "as ever" : `${response.status} \`${code}\``);
    const isRight =
      rows?.length === ROWS && rows.every(([n, word], row) => Number(n) === row && word === `word ${row}`);
    if (response.status === 200 ? !isRight : response.status !== 503)
      journal.find(`A query was told ${text.slice(0, 300)}`);
  } finally {
    await query.close();
  }
}

const damagedDatabase: Fault = {
  name: "S3: a bit of a database flipped on its way to a query",
  tried: "queries, each by a function that has just started",
  async strike(scene) {
    const session = await withTable(scene);
    const directory = await mkdtemp(join(tmpdir(), "cubby-query-"));
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        let isStruck = false;
        const place = scene.draw();
        scene.proxies.s3.strikes(
          (call) => {
            if (call.operation !== "GetObject" || isStruck) return undefined;
            isStruck = true;
            scene.journal.struck++;
            return flipAnswer(place);
          },
          { isPresigned: true },
        );
        await ask(scene, session, directory);
      }
    } finally {
      scene.proxies.s3.strikes(undefined);
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** Calls `use` while the world's scratch disk is a small one. */
async function onSmallDisk(
  { world, journal }: FaultScene,
  disk: { bytes: number; free: number },
  use: (directory: string) => Promise<void>,
): Promise<void> {
  if (!canMount) return journal.tally("cannot be tried here: mounting takes root");
  await using _ = await mountSmallDisk(world.temporaryDirectory, disk);
  await use(world.temporaryDirectory);
  await world.deliver().catch(() => {});
}

const fullDisk: Fault = {
  name: "no room in /tmp",
  tried: "uploads of tables, and queries",
  async strike(scene) {
    const session = await withTable(scene);
    await onSmallDisk(scene, { bytes: MB, free: 0 }, async (directory) => {
      for (let file = 0; file < ATTEMPTS; file++)
        await putWithoutRoom(scene, session, `uploads/${"bcde"[file]}.csv`, file);
      await ask(scene, session, join(directory, "query"));
    });
  },
};

/** The file itself finds room, the database that is made of it does not. */
const scarceDisk: Fault = {
  name: "too little room in /tmp",
  tried: "uploads of tables, for which there is just too little",
  async strike(scene) {
    const session = await withTable(scene);
    await onSmallDisk(scene, { bytes: 8 * MB, free: 2.6 * MB }, async () => {
      for (const name of ["b.csv", "c.csv"]) await putWithoutRoom(scene, session, `uploads/${name}`, LARGE_ROWS);
    });
  },
};

async function putWithoutRoom(scene: FaultScene, session: string, path: string, size: number): Promise<void> {
  const { journal } = scene;
  const state = await put(scene, session, path, size);
  journal.struck++;
  journal.tally(state === "pending" ? "stored, converted later" : `stored, ${state}`);
  if (state !== "pending") journal.find(`A table was ${state} without room for it`);
}

export const machineFaults: Fault[] = [damagedDatabase, fullDisk, scarceDisk, fewHandles];
