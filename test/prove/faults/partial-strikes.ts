/** Answers that are a success and yet not all that was asked for. */
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { ENV } from "../../../shared/config.ts";
import { principals } from "../sequences/play.ts";
import type { Call, EngineAnswer, Strike } from "./fault-proxy.ts";
import type { FaultScene } from "./fault.ts";
import type { WireFault } from "./people-at-work.ts";

/** S3 answers 200, and says in it of half of the keys, or of the only one, that they could not be deleted. */
export function refuseSomeKeys({ world, draw }: FaultScene): Strike {
  return async ({ call, reply }) => {
    const keys = [...call.body.toString().matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key = ""]) => unescaped(key));
    const refused = keys.filter(() => draw() < 0.5);
    for (const Key of keys.filter((key) => !refused.includes(key))) {
      // Whole, by a call that is not struck: nobody but the SDK could sign a shorter list.
      await world.main.clients.s3.send(new DeleteObjectCommand({ Bucket: world.env[ENV.bucket], Key }));
    }
    const errors = refused.map((key) => `<Error><Key>${escaped(key)}</Key><Code>InternalError</Code></Error>`);
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>${errors.join("")}</DeleteResult>`;
    reply({ status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) });
  };
}

/** DynamoDB writes the first half, and hands the rest back. */
export const leaveUnprocessed: Strike = async ({ call, forward, reply }) => {
  const request = JSON.parse(call.body.toString()) as { RequestItems: Record<string, unknown[]> };
  const [[table, writes] = ["", []]] = Object.entries(request.RequestItems);
  const half = writes.length >> 1;
  const UnprocessedItems = { [table]: writes.slice(half) };
  if (half > 0) {
    await forward(Buffer.from(JSON.stringify({ ...request, RequestItems: { [table]: writes.slice(0, half) } })));
  }
  const headers = { "content-type": "application/x-amz-json-1.0" };
  reply({ status: 200, headers, body: Buffer.from(JSON.stringify({ UnprocessedItems })) });
};

/**
 * Indexes follow their table by and by: what was asked before is answered as it was then. Meanwhile people list their
 * sessions, and the sweep goes by an index too.
 */
export const rememberIndexes: Pick<WireFault, "strike" | "isHit" | "meanwhile"> = {
  isHit: isIndexQuery,
  strike() {
    const seen = new Map<string, EngineAnswer>();
    return async ({ call, forward, reply }) => {
      const key = call.body.toString();
      const answer = seen.get(key) ?? (await forward());
      seen.set(key, answer);
      reply(answer);
    };
  },
  async meanwhile({ world, told, journal, draw }) {
    if (draw() < 0.2) await world.main.sweep({ full: true });
    const client = world.main.client(principals.ana);
    const { data } = await client.call("listSessions", { query: { limit: 100 } });
    for (const { session_id, user_id } of data) {
      if (user_id !== "ana" || !told.sessions.has(session_id))
        journal.find(`Ana's list has ${session_id} of ${user_id}`);
    }
  },
};

function isIndexQuery({ operation, body }: Call): boolean {
  return operation === "Query" && body.includes('"IndexName"');
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
}

function unescaped(text: string): string {
  return Object.entries(ENTITIES).reduceRight((rest, [sign, entity]) => rest.replaceAll(entity, sign), text);
}
