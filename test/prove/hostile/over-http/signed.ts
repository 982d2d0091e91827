import { request as httpRequest } from "node:http";
import { text as readText } from "node:stream/consumers";
import {
  downloadMisuses,
  formMisuses,
  partMisuses,
  type SignedPlace,
} from "../../../support/hostile/presigned-cases.ts";
import { postForm, type SignedForm } from "../../../support/direct-upload.ts";
import type { Part } from "./part.ts";
import { type HttpStage, sha256Of, type Visitor } from "./stage.ts";

const CONTENT = "1,2,3\n";
/** Above what one form takes, so that it comes in parts. */
const IN_PARTS = 101 * 1024 * 1024;

/** What the API signs, used for anything but what it says: refused by the storage, and nothing changes. */
export const signed: Part = {
  name: "signed URLs",
  async prove(stage, { tell, find }) {
    const [own, other] = [await stage.visitor(), await stage.visitor()];
    for (const each of [own, other]) await store(stage, each);
    const place: SignedPlace = {
      own: own.sessionId,
      other: other.sessionId,
      otherKey: `sessions/${other.sessionId}/workspace/a b.txt`,
      bucket: stage.host.env.SESSION_BUCKET ?? "",
    };
    let wrong = 0;
    const judge = (name: string, { status, body }: { status: number; body: string }) => {
      if (status >= 400 && status < 500 && !body.includes(CONTENT)) return;
      wrong++;
      find(`signed URLs, ${name}: expected to be refused, and it was ${status} ${body.slice(0, 200)}`);
    };
    for (const [name, change] of downloadMisuses) {
      const params = { session_id: own.sessionId, path: "workspace/a b.txt" };
      const { url } = await own.client.call("getFile", { params, query: { redirect: "false" } });
      judge(`a download ${name}`, await sendAsWritten(change(url, place)));
    }
    await misuseParts(own, place, judge);
    for (const [name, change, contentOf] of formMisuses) {
      const { upload_id, post } = await begin(own, CONTENT.length);
      if (post === undefined) throw new Error("The upload has no form");
      const form: SignedForm = { url: post.url, fields: change(post.fields, place) };
      const answer = await postForm(form, new Uint8Array(Buffer.from(contentOf(CONTENT))));
      judge(`a form ${name}`, { status: answer.status, body: await answer.text() });
      await own.client.call("abortUpload", { params: { session_id: own.sessionId, upload_id } });
    }
    const count = downloadMisuses.length + partMisuses.length + formMisuses.length;
    tell(`signed URLs: ${count} named cases, ${wrong} wrong`, count);
  },
};

async function store(stage: HttpStage, { client, sessionId }: Visitor): Promise<void> {
  await client.call("putFile", { params: { session_id: sessionId, path: "workspace/a b.txt" }, body: CONTENT });
  stage.told.stored(sessionId, "workspace/a b.txt", sha256Of(CONTENT));
}

function begin({ client, sessionId }: Visitor, size_bytes: number) {
  const body = { path: "workspace/new.bin", size_bytes };
  return client.call("createUpload", { params: { session_id: sessionId }, body });
}

async function misuseParts(
  own: Visitor,
  place: SignedPlace,
  judge: (name: string, answer: { status: number; body: string }) => void,
): Promise<void> {
  const { upload_id, parts = [], part_size: size = 0 } = await begin(own, IN_PARTS);
  const part = "x".repeat(size);
  const params = { session_id: own.sessionId, upload_id };
  for (const [name, change, requestOf] of partMisuses) {
    const url = change(parts[0]?.url ?? "", place);
    judge(`a part ${name}`, await sendAsWritten(url, { method: "PUT", body: part, ...requestOf(part, place) }));
  }
  const upload = await own.client.call("getUpload", { params });
  if ((upload.parts ?? []).length > 0)
    judge("parts that were kept", { status: 200, body: JSON.stringify(upload.parts) });
  await own.client.call("abortUpload", { params });
}

/** A request whose target and headers are sent as they are written: `fetch` would tidy them up. */
function sendAsWritten(url: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  const { hostname, port, origin } = new URL(url);
  const { method = "GET", headers = {}, body = "" } = init;
  return new Promise<{ status: number; body: string }>((resolve) => {
    const length = method === "GET" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const path = url.slice(origin.length);
    const sent = httpRequest({ method, hostname, port, path, headers: { ...length, ...headers } }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, body: await readText(answer).catch(() => "") });
    });
    // Who is refused before he has sent all of it may find the connection closed.
    sent.once("error", () => resolve({ status: 400, body: "" }));
    sent.end(method === "GET" ? "" : body);
  });
}
