import { Readable } from "node:stream";

/** The first bytes of a stream, about so many, and a stream of all of them again. */
export async function peek(
  body: Readable,
  bytes: number,
): Promise<{ head: Buffer; isWhole: boolean; whole: Readable }> {
  const source = body[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let isWhole = false;
  for (let size = 0; size < bytes && !isWhole; ) {
    const next = await source.next();
    isWhole = next.done === true;
    if (!isWhole) {
      const chunk = Buffer.from(next.value);
      chunks.push(chunk);
      size += chunk.length;
    }
  }
  async function* goOn() {
    yield* chunks;
    for (let next = isWhole ? undefined : await source.next(); next?.done === false; next = await source.next()) {
      yield next.value;
    }
  }
  const whole = Readable.from(goOn(), { objectMode: false });
  whole.once("close", () => body.destroy()); // also when nobody read any of it
  return { head: Buffer.concat(chunks).subarray(0, bytes), isWhole, whole };
}
