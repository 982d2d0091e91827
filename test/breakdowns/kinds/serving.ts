import { accessDenied, dynamoRefusal } from "../../support/breaking-proxy.ts";
import { eventually } from "../../support/local-host.ts";
import type { Breakdown } from "../breakdown.ts";
import { HANG } from "../functions/order.ts";
import type { Stage } from "../stage.ts";
import { someCalls, someCallsThatMayFail } from "../traffic.ts";

const isWrite = (operation: string) => /^(Put|Update|Delete|BatchWrite)/.test(operation);
const tolerant = (stage: Stage) => ({ traffic: () => someCallsThatMayFail(stage) });

/** Answers that took long, told one a period. */
const late: { status: number; milliseconds: number }[] = [];
/** Less than any client of an engine waits for; an upload asks the bucket seven times and more. */
const SLOW_MS = 2_300;

async function uploadsThatFail(stage: Stage): Promise<void> {
  const ana = await stage.callerOf("ana");
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  for (let file = 0; file < 6; file++) {
    await ana.uploadFiles(session_id, [{ name: `${file}.txt`, content: "hello" }]).catch(() => {});
  }
}

/** Workers that the host has for one function, and places in line. */
const ROOM = 4 + 100;

/** Somebody else takes all the room there is, and does not end; who asks now is refused. Then he fails, and goes home. */
async function crowd(stage: Stage): Promise<void> {
  const ana = await stage.callerOf("ana");
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  await ana.uploadFiles(session_id, [{ name: "sales.csv", content: "region,amount\nnorth,1\n" }]);
  stage.disorder("query", HANG);
  const others = Array.from({ length: ROOM }, () => stage.host.invoke("query", {}).catch(() => {}));
  const ask = () => ana.call("query", { params: { session_id }, body: { sql: "SELECT 1" } }).catch(() => {});
  await Promise.all(Array.from({ length: 6 }, ask));
  stage.disorder("query", "fail");
  await Promise.all(others);
  stage.disorder("query");
}

/** Whether somebody who asks for an archive of his session has one. */
async function hasArchive(stage: Stage): Promise<boolean> {
  const ana = await stage.callerOf("ana");
  const asked = ana.call("createArchive", { params: { session_id: archived }, body: {} });
  return asked.then(
    ({ state }) => state === "ready",
    () => false,
  );
}
let archived = "";

/** Whoever calls gets errors, or waits. */
export const serving: Breakdown[] = [
  {
    name: "the bucket refuses writes",
    break: (stage) => stage.s3.breakBy(({ method }) => (method === "PUT" ? accessDenied : undefined)),
    periods: 2,
    during: (stage) => ({ traffic: () => uploadsThatFail(stage) }),
    rings: ["server-errors"],
    mend: (stage) => stage.s3.breakBy(),
  },
  {
    name: "the table throttles writes",
    break: (stage) =>
      stage.dynamodb.breakBy(({ operation }) =>
        isWrite(operation) ? dynamoRefusal("ProvisionedThroughputExceededException") : undefined,
      ),
    periods: 2,
    during: tolerant,
    // The sweep could not even take its lease.
    rings: ["server-errors", "sweep-dead", "throttled-table"],
    mend: (stage) => {
      stage.dynamodb.breakBy();
      stage.emptyDeadLetters();
    },
  },
  {
    name: "the issuer's keys are out of reach",
    break: async (stage) => {
      stage.issuer.state.mood = "down";
      await stage.restart("api", "authorizer"); // those that know the keys go on
    },
    periods: 2,
    during: tolerant,
    rings: ["server-errors"],
    mend: async (stage) => {
      stage.issuer.state.mood = "well";
      // Whoever failed to read the keys asks again after ten seconds; the API and the authorizer do so each by itself.
      await eventually(() =>
        someCalls(stage).then(
          () => true,
          () => undefined,
        ),
      );
    },
  },
  {
    name: "one route is slow",
    break: async (stage) => {
      const ana = await stage.callerOf("ana", { answers: late });
      const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
      late.length = 0;
      stage.s3.breakBy(() => ({ delayMs: SLOW_MS }));
      const put = (n: number) => {
        const params = { session_id, path: `workspace/${n}.md` };
        return ana.call("putFile", { params, body: new TextEncoder().encode("slow") });
      };
      // At once, so that nobody waits for one after the other.
      await Promise.all([1, 2, 3].map(put));
    },
    periods: 3,
    during: (stage) => ({
      traffic: async () => {
        await someCalls(stage);
        stage.seen.answers.push(...late.splice(0, 1));
      },
    }),
    rings: ["slow-answers"],
    mend: (stage) => stage.s3.breakBy(),
  },
  {
    name: "more statements at once than functions may start",
    break: () => {},
    periods: 3,
    during: (stage) => ({ traffic: () => crowd(stage) }),
    // Callers see 503, as the paragraph says.
    rings: ["server-errors", "throttled-functions"],
    mend: (stage) => stage.disorder("query"),
  },
  {
    name: "the bucket takes no archives",
    break: async (stage) => {
      const ana = await stage.callerOf("ana");
      archived = (await ana.call("createSession", { body: { platform: "web" } })).session_id;
      await ana.uploadFiles(archived, [{ name: "a.txt", content: "hello" }]);
      stage.s3.breakBy(({ method, url }) => (method !== "GET" && url.includes(".zip") ? accessDenied : undefined));
      if (await hasArchive(stage)) throw new Error("There is an archive all the same");
      await eventually(() => stage.letters().archives > 0 || undefined);
    },
    periods: 1,
    rings: ["archives-dead"],
    mend: async (stage) => {
      stage.s3.breakBy();
      await eventually(async () => (await hasArchive(stage)) || undefined);
      stage.emptyDeadLetters();
    },
  },
];
