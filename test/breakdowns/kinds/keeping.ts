import { fileObjectKey } from "../../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import type { Breakdown } from "../breakdown.ts";
import type { Stage } from "../stage.ts";
import { someCalls } from "../traffic.ts";

/** In miniature: six gigabytes. */
const MUCH = 6 * 1024 * 1024;
const DUMP = "backup/dump.bin";
const PATH = "uploads/a.txt";
const ofADay = (stage: Stage) => ({ minutes: 24 * 60, traffic: () => someCalls(stage) });

let sessionId = "";

/** Calls of one that never stops, and what each stands for in a day: 6 million, at a dollar a million and the function's. */
const LOOPS = 60;
const REQUESTS_EACH = 100_000;

async function callInALoop(stage: Stage): Promise<void> {
  const loop = await stage.callerOf("loop");
  await loop.call("createSession", { body: { platform: "web" } });
  for (let call = 1; call < LOOPS; call++) await loop.call("listSessions", {});
}

/** As the runbook tells an operator to, and nothing of him is left. */
async function evict(stage: Stage, user: string): Promise<void> {
  const operator = await stage.callerOf("olga", { scope: "cubby/operate" });
  const { ended } = await operator.call("evictUser", { params: { user_id: user }, query: { confirm: user } });
  const { data } = await (await stage.callerOf(user)).call("listSessions", {});
  if (ended !== 1 || data.length > 0) throw new Error(`Of "${user}" ${ended} ended and ${data.length} are left`);
}

/** What is stored is not what should be. */
export const keeping: Breakdown[] = [
  {
    name: "somebody removed an object by hand",
    break: async (stage) => {
      const ana = await stage.callerOf("ana");
      sessionId = (await ana.call("createSession", { body: { platform: "web" } })).session_id;
      await ana.uploadFiles(sessionId, [{ name: "a.txt", content: "hello" }]);
      await stage.view.bucket.removeKeys([fileObjectKey(sessionId, PATH)]);
    },
    periods: 1,
    rings: ["objects-missing"],
    mend: async (stage) => {
      const { folder, name } = parseFilePath(PATH);
      const ana = await stage.callerOf("ana");
      await ana.call("deleteFile", { params: { session_id: sessionId, path: `${folder}/${name}` } });
    },
  },
  {
    name: "the bucket grows and the sessions do not",
    break: async (stage) => {
      // Two days as they should be, so that there is a day to compare with.
      for (let day = 0; day < 2; day++) {
        const ringing = await stage.period(ofADay(stage));
        if (ringing.length > 0) throw new Error(`On a healthy day ${ringing.join(", ")} rings`);
      }
      await stage.view.bucket.putBytes(DUMP, Buffer.alloc(MUCH), { contentType: "application/octet-stream" });
    },
    periods: 1,
    during: ofADay,
    rings: ["storage-growth"],
    mend: (stage) => stage.view.bucket.removeKeys([DUMP]),
    after: ofADay,
  },
  {
    name: "a client calls in a loop, day and night",
    break: () => {},
    periods: 1,
    during: (stage) => ({ minutes: 24 * 60, requestsEach: REQUESTS_EACH, traffic: () => callInALoop(stage) }),
    rings: ["cost-pace"],
    mend: (stage) => evict(stage, "loop"),
    after: ofADay,
  },
];
