import { client, inSession } from "./session.ts";

/** The beginning of a file, straight from the storage: at most so many bytes of it. */
export async function readBytes(path: string, atMost: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const { url } = await client.call("getFile", { params: inSession({ path }), query: { redirect: "false" }, signal });
  const response = await fetch(url, { headers: { range: `bytes=0-${atMost - 1}` }, signal });
  if (!response.ok) throw new Error(`The storage answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
