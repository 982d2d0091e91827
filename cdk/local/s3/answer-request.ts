import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { authenticate } from "./auth/authenticate.ts";
import type { ServerContext } from "./operations/call.ts";
import { answerPreflight, corsHeadersFor } from "./operations/cors.ts";
import { postObject } from "./operations/post-object.ts";
import { chooseOperation } from "./routes.ts";
import { type Answer, errorAnswer, sendAnswer } from "./wire/answer.ts";
import { S3Error } from "./wire/errors.ts";
import { S3Request } from "./wire/request.ts";

/** One request as Node hands it over. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly isWaiting: boolean;
}

/** Answers one request, whatever it is; never throws. */
export async function answerRequest(context: ServerContext, exchange: Exchange): Promise<void> {
  const { incoming, response, requestId } = exchange;
  response.setHeader("x-amz-request-id", requestId);
  response.setHeader("x-amz-id-2", requestId);
  let answer: Answer;
  try {
    const request = new S3Request(incoming, exchange.isWaiting ? () => response.writeContinue() : () => undefined);
    for (const [name, value] of Object.entries(corsHeadersFor(context, request))) response.setHeader(name, value);
    answer = await operate(context, request);
  } catch (error) {
    if (!(error instanceof S3Error) && !isDisconnect(incoming)) console.error("S3: cannot answer a request:", error);
    answer = errorAnswer(error, { resource: incoming.url ?? "", requestId });
    await settleBody(exchange);
  }
  try {
    await sendAnswer(response, incoming.method ?? "", answer);
  } catch (error) {
    if (!response.headersSent && !isDisconnect(incoming)) console.error("S3: cannot send an answer:", error);
    response.destroy();
  }
}

async function operate(context: ServerContext, request: S3Request): Promise<Answer> {
  if (request.method === "OPTIONS") return answerPreflight(context, request);
  const isForm = request.method === "POST" && request.key === "" && request.query("delete") === undefined;
  if (isForm && request.bucket !== "") return postObject(context, request);
  const payload = authenticate(request, context.credentials, context.clock());
  const { operation, needsBucket } = chooseOperation(request);
  const { bucket, key } = request;
  if (needsBucket) context.storage.buckets.get(bucket);
  return operation({ context, request, payload, bucket, key });
}

// Clients read no answer while they still write: hear out a short body, and cut off a long one.
const HEAR_OUT_BYTES = 16 * 1024 ** 2;
const HEAR_OUT_MS = 3000;

/** Before an error is answered, brings the connection into a state in which the client will see the answer. */
async function settleBody({ incoming, response, isWaiting }: Exchange): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  if (!isWaiting) {
    const done = new AbortController();
    await Promise.race([hearOut(incoming), delay(HEAR_OUT_MS, undefined, { signal: done.signal }).catch(() => {})]);
    done.abort();
  }
  if (!incoming.complete) response.setHeader("connection", "close");
}

async function hearOut(incoming: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > HEAR_OUT_BYTES) return;
    }
  } catch {
    // The client went away: nobody is left to be told.
  }
}

function isDisconnect(incoming: IncomingMessage): boolean {
  return incoming.destroyed && !incoming.complete;
}
