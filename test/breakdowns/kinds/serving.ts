import { accessDenied, dynamoRefusal } from "../../support/breaking-proxy.ts";
import { eventually } from "../../support/local-host.ts";
import type { Breakdown } from "../breakdown.ts";
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
      const ana = await stage.callerOf("ana", late);
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
];
