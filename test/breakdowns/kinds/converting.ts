import { eventually } from "../../support/local-host.ts";
import type { Breakdown } from "../breakdown.ts";
import type { Stage } from "../stage.ts";

const TABLE = { name: "sales.csv", content: "region,amount\nnorth,1\n" };

let sessionId = "";

async function newSession(stage: Stage): Promise<string> {
  const ana = await stage.callerOf("ana");
  return (await ana.call("createSession", { body: { platform: "web" } })).session_id;
}

/** The conversion fails as a whole, and a session waits for it. */
async function leaveTableWaiting(stage: Stage): Promise<void> {
  sessionId = await newSession(stage);
  stage.disorder("convert", "yes");
  await (await stage.callerOf("ana")).uploadFiles(sessionId, [TABLE]);
  await eventually(() => stage.database.count("waiting") > 0 || undefined);
}

/** Once it is mended, the table comes without anybody asking for it again. */
async function assertConverted(stage: Stage): Promise<void> {
  const ana = await stage.callerOf("ana");
  await eventually(async () => {
    const { data } = await ana.call("listTables", { params: { session_id: sessionId } });
    return data.length > 0 ? data : undefined;
  });
  await eventually(() => stage.database.count("waiting") === 0 || undefined);
}

const noUploads = (stage: Stage) => ({
  traffic: async () => {
    await (await stage.callerOf("ana")).call("listSessions", {});
  },
});

/** Files do not become tables. */
export const converting: Breakdown[] = [
  {
    name: "the conversion is down",
    break: async (stage) => {
      await leaveTableWaiting(stage);
      stage.database.letTimePass(20);
    },
    periods: 2,
    during: noUploads,
    rings: ["conversions-late"],
    mend: async (stage) => {
      stage.disorder("convert");
      await assertConverted(stage);
    },
  },
  {
    name: "and stays down until the queue gives up",
    break: async (stage) => {
      await leaveTableWaiting(stage);
      await eventually(() => stage.database.count("dead") > 0 || undefined, 60);
    },
    periods: 1,
    during: noUploads,
    rings: ["conversions-dead"],
    mend: async (stage) => {
      stage.disorder("convert");
      await stage.redrive();
      await assertConverted(stage);
    },
  },
  {
    name: "every file that comes is broken",
    break: () => {},
    periods: 1,
    during: (stage) => ({
      minutes: 60,
      traffic: async () => {
        const ana = await stage.callerOf("ana");
        const session_id = await newSession(stage);
        const files = Array.from({ length: 24 }, (_, at) => ({ name: `${at}.xlsx`, content: "no workbook" }));
        await ana.uploadFiles(session_id, files);
      },
    }),
    rings: ["conversions-failing"],
    mend: () => {},
    after: () => ({ minutes: 60 }),
  },
];
