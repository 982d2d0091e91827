/** The query's own handler, which the test may make hang, or fail as a whole. */
import { setTimeout as pause } from "node:timers/promises";
import { handler as real } from "../../../functions/query/handler.ts";
import { HANG, readDisorder } from "./order.ts";

const LOOK_MS = 20;

export async function handler(...given: Parameters<typeof real>): ReturnType<typeof real> {
  if (readDisorder("query") === undefined) return real(...given);
  while (readDisorder("query") === HANG) await pause(LOOK_MS);
  throw new Error("Cannot query: out of order");
}
