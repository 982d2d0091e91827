/** A share of the inputs that nobody thought of, the whole way: several sessions at once, several files in each form. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { families } from "../families.ts";
import { mutate } from "../mutate.ts";
import { createRandom } from "../random.ts";
import type { ReaderFamily } from "../reader.ts";
import { type Answered, answeredBy, faultOf } from "./answered.ts";
import type { Part, Report } from "./part.ts";
import { type HttpStage, sha256Of, type Visitor } from "./stage.ts";
import { talkRaw } from "./talk-raw.ts";

/** Of a hundred inputs so many come this way too. */
export const SHARE = 3;
const LANES = 3;
const FILES_PER_FORM = 6;
const FILES_PER_SESSION = 36;
const LAST_STATES = ["converted", "failed", "none"];

/** Under what name a family's inputs are files. */
const fileNames: Record<string, string> = {
  "zip plan": "z.zip",
  "Python rewriter": "s.py",
  "delimited text": "t.csv",
  JSON: "t.json",
  workbooks: "t.xlsx",
  "sheets in workbooks": "t.xlsx",
  "packed text": "t.csv.gz",
  Parquet: "t.parquet",
};

export const fuzzed: Part = {
  name: "fuzzed",
  async prove(stage, report) {
    const inputs = Math.ceil((report.runs * SHARE) / 100);
    const shares = families.reduce((sum, { share }) => sum + share, 0);
    const waiting = [...families];
    const lane = async () => {
      for (let family = waiting.shift(); family !== undefined; family = waiting.shift())
        await proveFamily(stage, report, family, Math.ceil((inputs * family.share) / shares));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  },
};

async function proveFamily(stage: HttpStage, { seed, tell, find }: Report, family: ReaderFamily, inputs: number) {
  const directory = await mkdtemp(join(tmpdir(), "cubby-fuzz-"));
  const came: Record<string, number> = {};
  try {
    await using reader = await family.open({ directory });
    const lane = new Lane(stage, `fuzz-${families.indexOf(family)}`);
    for (let at = 0; at < inputs; at += FILES_PER_FORM) {
      const numbers = Array.from({ length: Math.min(FILES_PER_FORM, inputs - at) }, (_, n) => at + n);
      const bytes = numbers.map((number) => mutate(createRandom(seed * 1_000_003 + number), reader.material));
      const answers = await send(lane, family.name, bytes, reader.pack);
      for (const [index, answer] of answers.entries()) {
        came[answer.came] = (came[answer.came] ?? 0) + 1;
        if (answer.fault !== undefined)
          find(`${family.name} over HTTP, seed ${seed}, input ${numbers[index]}: ${answer.fault}`);
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const counts = Object.entries(came).map(([code, count]) => `${count} ${code}`);
  tell(`${family.name} over HTTP: ${inputs} inputs, ${counts.join(", ")}`);
}

interface Come {
  came: string;
  fault?: string;
}

/** Somebody who goes on to a new session when his old one is full. */
class Lane {
  readonly stage: HttpStage;
  readonly #user: string;
  #visitor: Promise<Visitor> | undefined;
  #files = 0;

  constructor(stage: HttpStage, user: string) {
    this.stage = stage;
    this.#user = user;
  }

  /** A session with room for so many more. */
  visitor(files = 0): Promise<Visitor> {
    if (this.#files + files > FILES_PER_SESSION) this.#visitor = undefined;
    if (this.#visitor === undefined) this.#files = 0;
    this.#files += files;
    this.#visitor ??= this.stage.visitor(this.#user);
    return this.#visitor;
  }

  /** With the table that statements ask for. */
  async visitorWithTable(): Promise<Visitor> {
    if (this.#visitor !== undefined) return this.#visitor;
    const visitor = await this.visitor(1);
    const content = "a,b\n1,x\n2,y\n";
    await visitor.client.uploadFiles(visitor.sessionId, [{ name: "t.csv", content }]);
    this.stage.told.stored(visitor.sessionId, "uploads/t.csv", sha256Of(content));
    return visitor;
  }

  get files(): number {
    return this.#files;
  }
}

async function send(
  lane: Lane,
  family: string,
  inputs: readonly Buffer[],
  pack = (bytes: Buffer) => bytes,
): Promise<Come[]> {
  const fileName = fileNames[family];
  if (fileName !== undefined) return sendFiles(lane, fileName, inputs.map(pack));
  const one = { "multipart parser": sendForm, names: sendName, "SQL gate": sendStatement, tokens: sendToken }[family];
  if (one === undefined) throw new Error(`Cannot send "${family}": nobody said how`);
  const answers: Come[] = [];
  for (const bytes of inputs) answers.push(await one(lane, bytes));
  return answers;
}

/** All in one form; each ends in a state, and a failed one says why. */
async function sendFiles(lane: Lane, fileName: string, inputs: readonly Buffer[]): Promise<Come[]> {
  const visitor = await lane.visitor(inputs.length);
  const names = inputs.map((_, at) => fileName.replace(".", `${lane.files - at}.`));
  const form = new FormData();
  for (const [at, bytes] of inputs.entries()) form.append("f", new File([new Uint8Array(bytes)], names[at] ?? ""));
  const answered = await lane.stage.send(visitor, "/files", { method: "POST", body: form });
  const fault = faultOf(answered);
  if (fault !== undefined || answered.status >= 400)
    return inputs.map(() => ({ came: String(answered.body.code), fault: fault ?? answered.text }));
  const results = answered.body.files as Result[];
  for (const { path, status, file } of results)
    if (status === "stored") lane.stage.told.stored(visitor.sessionId, path, file?.sha256 ?? "");
  return inputs.map((bytes, at) =>
    comeOf(
      results.find(({ path }) => path === `uploads/${names[at]}`),
      bytes,
    ),
  );
}

interface Result {
  path: string;
  status: string;
  problem?: { code: string; detail: string };
  file?: { sha256?: string; conversion: { state: string; reason?: { code: string; detail: string } } };
}

function comeOf(result: Result | undefined, bytes: Buffer): Come {
  const shown = bytes.subarray(0, 2000).toString("base64");
  if (result === undefined) return { came: "nothing", fault: `nothing is said of it: ${shown}` };
  const { status, problem, file } = result;
  if (status === "refused") return withReason(problem, shown);
  const { state = "nothing", reason } = file?.conversion ?? {};
  if (file?.sha256 !== undefined && file.sha256 !== sha256Of(bytes))
    return { came: state, fault: `other bytes: ${shown}` };
  if (!LAST_STATES.includes(state)) return { came: state, fault: `its conversion is ${state}: ${shown}` };
  return state === "failed" ? withReason(reason, shown) : { came: state };
}

function withReason(reason: { code: string; detail: string } | undefined, shown: string): Come {
  const isGood =
    reason !== undefined && !["internal", "unavailable"].includes(reason.code) && reason.detail.length >= 12;
  const came = reason?.code ?? "nothing";
  return isGood ? { came } : { came, fault: `refused as ${came}, "${reason?.detail}": ${shown}` };
}

function simply(answered: Answered): Come {
  // Nothing of ours has seen it: an address or a header is longer than API Gateway takes.
  if (answered.status === 431) return { came: "the gateway's own refusal" };
  const fault = faultOf(answered);
  const came = answered.status < 400 ? "read" : String(answered.body.code);
  return fault === undefined ? { came } : { came, fault };
}

async function sendForm(lane: Lane, bytes: Buffer): Promise<Come> {
  const visitor = await lane.visitor();
  const headers = { "content-type": "multipart/form-data; boundary=xyz" };
  const answered = await lane.stage.send(visitor, "/files?folder=workspace", {
    method: "POST",
    headers,
    body: new Uint8Array(bytes),
  });
  for (const { path, status, file } of (answered.body.files as Result[] | undefined) ?? [])
    if (status === "stored") lane.stage.told.stored(visitor.sessionId, path, file?.sha256 ?? "");
  return simply(answered);
}

async function sendName(lane: Lane, bytes: Buffer): Promise<Come> {
  const visitor = await lane.visitor();
  const name = encodeURIComponent(bytes.toString("utf8").toWellFormed());
  const answered = await lane.stage.send(visitor, `/files/workspace?name=${name}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: "x",
  });
  if (answered.status < 300) lane.stage.told.stored(visitor.sessionId, String(answered.body.path), sha256Of("x"));
  return simply(answered);
}

async function sendStatement(lane: Lane, bytes: Buffer): Promise<Come> {
  const body = JSON.stringify({ sql: bytes.toString("utf8") });
  const headers = { "content-type": "application/json" };
  const answered = await lane.stage.send(await lane.visitorWithTable(), "/query", { method: "POST", headers, body });
  return simply(answered);
}

/** By hand, since `fetch` sends no header that is none. What is no HTTP the gateway refuses by itself. */
async function sendToken(lane: Lane, bytes: Buffer): Promise<Come> {
  const { url } = lane.stage.host;
  const head = Buffer.from(`GET /v1/usage HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer `);
  const answer = await talkRaw(url, Buffer.concat([head, bytes, Buffer.from("\r\n\r\n")]));
  if (answer.kind === "silent") return { came: "silent", fault: "there was no answer" };
  if (answer.kind === "closed" || answer.body === "") return { came: "the gateway's own refusal" };
  return simply(answeredBy(answer.status, answer.type, answer.body));
}
