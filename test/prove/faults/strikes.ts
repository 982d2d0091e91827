/** What can become of one call, in the words and with the bytes with which AWS says it. */
import type { EngineAnswer, EngineName, Strike } from "./fault-proxy.ts";

const REQUEST_ID = "FAULTSPROVED";

/** An error as this engine writes it. */
export function errorOf(engine: EngineName, status: number, code: string, message: string): EngineAnswer {
  const isS3 = engine === "s3";
  const text = isS3
    ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${REQUEST_ID}</RequestId></Error>`
    : JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message });
  const type = isS3 ? "application/xml" : "application/x-amz-json-1.0";
  return { status, headers: { "content-type": type, "x-amzn-requestid": REQUEST_ID }, body: Buffer.from(text) };
}

/** Answers this instead; nothing reached the engine. */
export function refuse(status: number, code: string, message = "Please try again"): Strike {
  return ({ call, reply }) => reply(errorOf(call.engine, status, code, message));
}

/** The engine did it, and this is what is heard of it. */
export function forget(status: number, code: string): Strike {
  return async ({ call, forward, reply }) => {
    await forward();
    reply(errorOf(call.engine, status, code, "We encountered an internal error"));
  };
}

/** A load balancer's page, which no SDK can read. */
export const page: Strike = ({ reply }) =>
  reply({
    status: 503,
    headers: { "content-type": "text/html" },
    body: Buffer.from("<html>Service Unavailable</html>"),
  });

export const resetBefore: Strike = ({ reset }) => reset();

export const resetDuring: Strike = async ({ forwardHalf, reset }) => {
  await forwardHalf();
  reset();
};

export const resetAfter: Strike = async ({ forward, reset }) => {
  await forward();
  reset();
};

/** Half of the answer; an empty one only loses its connection. */
export const cutAnswer: Strike = async ({ forward, replyCut }) => {
  const answer = await forward();
  replyCut(answer, answer.body.length >> 1);
};

/** One bit of the answer's body, so far into it. */
export function flipAnswer(place = 0.5): Strike {
  return async ({ forward, reply }) => {
    const answer = await forward();
    reply({ ...answer, body: flipped(answer.body, place) });
  };
}

export const flipRequest: Strike = async ({ call, forward, reply }) => reply(await forward(flipped(call.body, 0.5)));

export function delay(milliseconds: number): Strike {
  return async ({ forward, reply }) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    reply(await forward());
  };
}

export const silent: Strike = ({ silence }) => silence();

/** A copy with one bit turned over. */
function flipped(body: Buffer, place: number): Buffer {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.length * place);
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ 0x04;
  return copy;
}
