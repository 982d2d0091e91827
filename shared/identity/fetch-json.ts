/** An issuer's documents are a few kilobytes; more is somebody else's page. */
const MAX_BYTES = 256 * 1024;

/** One JSON object by GET; asked again once when the connection breaks, as one that was kept open too long does. */
export async function fetchJson(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  const response = await get(url, signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return get(url, signal);
  });
  if (!response.ok) throw new Error(`Cannot read "${url}": it answers ${response.status}`);
  const value: unknown = JSON.parse(await readText(response, url));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`Cannot read "${url}": it is not a JSON object`);
}

function get(url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { signal, redirect: "error", headers: { accept: "application/json" } });
}

async function readText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`Cannot read "${url}": it is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
