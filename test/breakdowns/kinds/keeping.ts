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
];
