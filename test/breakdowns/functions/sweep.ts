/** The sweep's own handler on a clock that the test may put wrong by so many milliseconds. */
import { readDisorder } from "./order.ts";

const RightDate = Date;
const wrongNow = () => RightDate.now() + Number(readDisorder("sweep") ?? 0);

globalThis.Date = new Proxy(RightDate, {
  construct: (target, given) => Reflect.construct(target, given.length === 0 ? [wrongNow()] : given),
  get: (target, name) => (name === "now" ? wrongNow : Reflect.get(target, name)),
});

export const { handler } = await import("../../../functions/sweep/handler.ts");
