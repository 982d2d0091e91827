/** Notes what acceptance tests send and are given, by standing before their `fetch`. Loaded before the tests. */
import { noteSecrets, secretsOfAnswer, secretsOfBody, secretsOfHead } from "./sent-secrets.ts";

/** As far as a body is looked at. */
const LONGEST_BODY = 64 * 1024;

/** Text of a body that can be read more than once; streams are left to whom they are for. */
async function textOf(body: unknown): Promise<string> {
  if (typeof body === "string") return body.slice(0, LONGEST_BODY);
  if (body instanceof Blob) return body.slice(0, LONGEST_BODY).text();
  if (body instanceof ArrayBuffer) return Buffer.from(body).toString("utf8", 0, LONGEST_BODY);
  if (ArrayBuffer.isView(body)) return textOf(new Blob([body as Uint8Array<ArrayBuffer>]));
  if (!(body instanceof FormData)) return "";
  return (await Promise.all([...body.values()].map(textOf))).join("\n");
}

/** Small answers alone: none with an address or a token in it is larger. */
async function textOfAnswer(answer: Response): Promise<string> {
  const isSmall = Number(answer.headers.get("content-length") ?? LONGEST_BODY) < LONGEST_BODY;
  const location = answer.headers.get("location") ?? "";
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
  return isSmall && isJson ? answer.clone().text() : location;
}

const send = globalThis.fetch;
globalThis.fetch = async function notedFetch(input, init) {
  const request = input instanceof Request ? input : undefined;
  noteSecrets(secretsOfHead(new URL(request?.url ?? String(input)), new Headers(init?.headers ?? request?.headers)));
  const body = request?.body ? await request.clone().text() : await textOf(init?.body);
  noteSecrets(secretsOfBody(body.slice(0, LONGEST_BODY)));
  const answer = await send(input, init);
  noteSecrets(secretsOfAnswer(await textOfAnswer(answer)));
  return answer;
};
