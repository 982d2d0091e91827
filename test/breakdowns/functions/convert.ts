/** The conversion's own handler, which the test may make fail as a whole: a bad deployment, say. */
import { handler as real } from "../../../functions/convert/handler.ts";
import { readDisorder } from "./order.ts";

export function handler(event: Parameters<typeof real>[0]): ReturnType<typeof real> {
  if (readDisorder("convert") !== undefined) throw new Error("Cannot convert: out of order");
  return real(event);
}
