import { defaultLimits } from "../../../../functions/api/deps.ts";
import { multipartCases } from "../../../support/hostile/multipart-cases.ts";
import { rawRequests } from "../../../support/hostile/raw-requests.ts";
import { type Answered, answeredBy, faultOf, faultOfRefusal } from "./answered.ts";
import type { Part } from "./part.ts";
import { talkRaw } from "./talk-raw.ts";
import { type HttpStage, sha256Of, type Visitor } from "./stage.ts";

/** The gateway takes no longer headers, and answers 431 by itself. */
const MOST_HEADER_BYTES = 10_000;
const LIMITS = { maxFiles: defaultLimits.maxFiles, maxFields: 100, maxFieldBytes: 64 * 1024 };

/** Forms that are none, and requests whose own frame lies. */
export const bodies: Part = {
  name: "bodies",
  async prove(stage, { tell, find }) {
    const visitor = await stage.visitor();
    const forms = multipartCases(LIMITS).filter(({ contentType }) => contentType.length < MOST_HEADER_BYTES);
    let wrong = 0;
    for (const { name, body, contentType, says } of forms) {
      const headers = { "content-type": contentType };
      const sent = { method: "POST", headers, body: Buffer.from(body, "latin1") };
      const answered = await stage.send(visitor, "/files?folder=workspace", sent);
      noteFiles(stage, visitor, answered, body);
      const fault = faultOfRefusal(answered, "invalid_multipart", says);
      if (fault === undefined) continue;
      wrong++;
      find(`forms, ${name}: expected ${fault}`);
    }
    tell(`forms: ${forms.length} named cases, ${wrong} wrong`, forms.length);
    await proveRaw(stage, visitor, { tell, find });
  },
};

/** Of a form that breaks off what was whole before stays; the answer says what. */
function noteFiles(stage: HttpStage, { sessionId }: Visitor, { body }: Answered, _sent: string): void {
  for (const { path, status, file } of (body.files as FileTold[] | undefined) ?? [])
    if (status === "stored") stage.told.stored(sessionId, path, file?.sha256 ?? sha256Of(""));
}
interface FileTold {
  path: string;
  status: string;
  file?: { sha256?: string };
}

async function proveRaw(
  stage: HttpStage,
  visitor: Visitor,
  { tell, find }: Pick<Parameters<Part["prove"]>[1], "tell" | "find">,
) {
  const token = stage.tokenOf("raw");
  const own = await stage.visitor("raw");
  const place = {
    host: new URL(stage.host.url).host,
    path: `/v1/sessions/${own.sessionId}/files?folder=workspace`,
    token,
  };
  const cases = rawRequests(place);
  let wrong = 0;
  for (const { name, bytes, expect } of cases) {
    const answer = await talkRaw(stage.host.url, bytes);
    if (answer.kind === "answered") noteFiles(stage, own, answeredBy(answer.status, answer.type, answer.body), "");
    const fault = faultOfRaw(answer, expect);
    if (fault === undefined) continue;
    wrong++;
    find(`requests, ${name}: expected ${fault}`);
  }
  if ((await stage.send(visitor, "/files")).status !== 200) find("requests: an honest one behind them is not answered");
  tell(`requests: ${cases.length} named cases, ${wrong} wrong`, cases.length);
}

type Talk = Awaited<ReturnType<typeof talkRaw>>;

/** The gateway's own refusals, of what is no HTTP, have no document; whatever reached the API has one. */
function faultOfRaw(answer: Talk, expect: "stored" | "refused" | "not heard"): string | undefined {
  if (answer.kind === "silent") return "an answer or an end, and there was neither";
  if (answer.kind === "closed") return expect === "not heard" ? undefined : "an answer, and the connection was closed";
  const { status, type, body } = answer;
  if (status >= 500) return `no error of ours, and it was ${status} ${body.slice(0, 200)}`;
  if (expect === "stored") return status < 300 ? undefined : `to be stored, and it was ${status} ${body.slice(0, 200)}`;
  if (status < 400) return `to be refused, and it was ${status} ${body.slice(0, 200)}`;
  return expect === "refused" ? faultOf(answeredBy(status, type, body)) : undefined;
}
