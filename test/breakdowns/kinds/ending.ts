import { sessionKey } from "../../../shared/aws/item-keys.ts";
import { accessDenied, dynamoRefusal } from "../../support/breaking-proxy.ts";
import type { Breakdown } from "../breakdown.ts";
import type { Stage } from "../stage.ts";

const DAY_MS = 24 * 3600_000;
const LATE_MINUTES = 20;

/** The session that a breakdown is about. */
let sessionId = "";

/** Of somebody who only looks: nothing of his is to be removed. */
async function someReads(stage: Stage): Promise<void> {
  const ana = await stage.callerOf("ana");
  for (let call = 0; call < 3; call++) await ana.call("listSessions", {});
}
const reading = (stage: Stage) => ({ traffic: () => someReads(stage) });

async function newSessionWithFile(stage: Stage, platform: string): Promise<string> {
  const ana = await stage.callerOf("ana");
  const { session_id } = await ana.call("createSession", { body: { platform } });
  await ana.uploadFiles(session_id, [{ name: "a.txt", content: "hello" }]);
  return session_id;
}

const refuseRemovals = (stage: Stage) =>
  stage.s3.breakBy(({ method, url }) => (method === "POST" && url.includes("delete") ? accessDenied : undefined));

/** The session was put off that much earlier. */
async function ageLateness(stage: Stage): Promise<void> {
  const stored = await stage.view.table.find(sessionKey(sessionId));
  const putOff = stored?.put_off as { due_since: string; until: string } | undefined;
  if (putOff === undefined) return;
  const due_since = new Date(Date.parse(putOff.due_since) - LATE_MINUTES * 60_000).toISOString();
  await stage.view.table.update(sessionKey(sessionId), {
    UpdateExpression: "SET put_off = :put_off",
    ExpressionAttributeValues: { ":put_off": { ...putOff, due_since } },
  });
}

async function assertStatus(stage: Stage, wanted: string): Promise<void> {
  const status = (await stage.view.table.find(sessionKey(sessionId)))?.status;
  if (status !== wanted) throw new Error(`The session is ${String(status)}, not ${wanted}`);
}

/** One that DynamoDB removes the next time, and whose files nobody can remove. */
async function newSessionForTtl(stage: Stage): Promise<void> {
  sessionId = await newSessionWithFile(stage, "web");
  refuseRemovals(stage);
  await stage.view.table.update(sessionKey(sessionId), {
    UpdateExpression: "SET #ttl = :past",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":past": 1_700_000_000 },
  });
}

/** Sessions do not end, or would end too early. */
export const ending: Breakdown[] = [
  {
    name: "the sweep's schedule is off",
    break: (stage) => {
      stage.isSwept = false;
    },
    periods: 4,
    rings: ["sweep-silent"],
    mend: (stage) => {
      stage.isSwept = true;
    },
  },
  {
    name: "each sweep fails at its start",
    break: (stage) =>
      stage.dynamodb.breakBy(({ operation, body }) =>
        operation === "UpdateItem" && body.includes('"SWEEP"') ? dynamoRefusal("AccessDeniedException") : undefined,
      ),
    periods: 4,
    rings: ["sweep-dead", "sweep-silent"],
    mend: (stage) => {
      stage.dynamodb.breakBy();
      stage.emptyDeadLetters();
    },
  },
  {
    name: "the sweep's clock is a day ahead",
    break: async (stage) => {
      sessionId = await newSessionWithFile(stage, "telegram");
      stage.disorder("sweep", String(DAY_MS));
    },
    periods: 4,
    rings: ["sweep-dead", "sweep-silent"],
    mend: async (stage) => {
      await assertStatus(stage, "active"); // by that clock it had been over for long
      stage.disorder("sweep");
      stage.emptyDeadLetters();
    },
  },
  {
    name: "a session cannot be removed",
    break: async (stage) => {
      sessionId = await newSessionWithFile(stage, "web");
      await stage.view.expire(sessionId);
      refuseRemovals(stage);
    },
    periods: 3,
    during: (stage) => ({
      traffic: async () => {
        await someReads(stage);
        await ageLateness(stage);
      },
    }),
    rings: ["sessions-late"],
    mend: (stage) => stage.s3.breakBy(),
    after: (stage) => ({
      traffic: async () => {
        await someReads(stage);
      },
    }),
  },
  {
    name: "leftovers of what time to live removed cannot be removed",
    break: async (stage) => {
      await newSessionForTtl(stage);
      await stage.host.removeExpiredItems();
      stage.database.letTimePass(LATE_MINUTES);
    },
    periods: 2,
    during: reading,
    rings: ["purge-late"],
    mend: (stage) => stage.s3.breakBy(),
    after: reading,
  },
  {
    name: "and cannot for so long that the stream gives up",
    break: async (stage) => {
      await newSessionForTtl(stage);
      for (let attempt = 0; attempt < 10; attempt++) await stage.host.removeExpiredItems();
    },
    periods: 1,
    during: reading,
    rings: ["purge-dead"],
    mend: async (stage) => {
      stage.s3.breakBy();
      await stage.host.invoke("purge", stage.removalEvent(sessionId));
      const left = await stage.view.keysOf(sessionId);
      if (left.length > 0) throw new Error(`There is still ${left.join(", ")}`);
      stage.emptyDeadLetters();
    },
    after: reading,
  },
  {
    name: "the stream's trigger is off",
    break: (stage) => {
      stage.seen.streamIsRead = false;
    },
    periods: 3,
    rings: ["purge-off"],
    mend: (stage) => {
      stage.seen.streamIsRead = true;
    },
  },
];
