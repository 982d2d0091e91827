import { CubbyError } from "./cubby-error.ts";
import { combineCrc32, crc32, toBase64 } from "./crc32.ts";
import { sleep, throwIfAborted } from "./waiting.ts";
import { readRange, type UploadSource } from "./upload-source.ts";

/** Everything that sending the parts of one upload takes. */
export interface PartSender {
  content: UploadSource;
  partSize: number;
  /** Parts that the storage has already, as it describes them. */
  present: ReadonlyMap<number, { etag: string; size_bytes: number; checksum?: string | undefined }>;
  /** URLs that came with the beginning. */
  urls: Map<number, string>;
  sign(partNumbers: number[]): Promise<{ part_number: number; url: string }[]>;
  send(url: string, init: RequestInit): Promise<Response>;
  onSent(bytes: number): void;
  concurrency: number;
  signal?: AbortSignal;
}

/** The storage's receipts, and the CRC-32 over all of it. */
export interface SentParts {
  parts: { part_number: number; etag: string }[];
  checksum: string;
}

const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;
/** URLs are asked for in small batches, so that none expires while it waits for its turn. */
const BATCH = 10;

/** Sends what is missing, several parts at a time; one that fails is sent again, with a fresh URL. */
export async function sendParts(sender: PartSender): Promise<SentParts> {
  const count = Math.max(1, Math.ceil(sender.content.size / sender.partSize));
  const sent: { part_number: number; etag: string; crc: number; size: number }[] = [];
  let next = 1;
  async function work(): Promise<void> {
    while (next <= count) {
      const number = next++;
      const bytes = await readPart(sender, number);
      const crc = crc32(bytes);
      const etag = presentEtag(sender, number, bytes, crc) ?? (await sendPart(sender, number, bytes, count));
      sent.push({ part_number: number, etag, crc, size: bytes.byteLength });
      sender.onSent(bytes.byteLength);
    }
  }
  await Promise.all(Array.from({ length: Math.min(sender.concurrency, count) }, work));
  sent.sort((a, b) => a.part_number - b.part_number);
  const checksum = toBase64(sent.reduce((crc, part) => combineCrc32(crc, part.crc, part.size), 0));
  return { parts: sent.map(({ part_number, etag }) => ({ part_number, etag })), checksum };
}

async function readPart({ content, partSize, signal }: PartSender, number: number): Promise<Uint8Array<ArrayBuffer>> {
  throwIfAborted(signal);
  return readRange(content, (number - 1) * partSize, Math.min(number * partSize, content.size));
}

/** A part that is there counts only when it has our bytes: somebody may have chosen another file. */
function presentEtag({ present }: PartSender, number: number, bytes: Uint8Array, crc: number): string | undefined {
  const part = present.get(number);
  const isOurs = part?.size_bytes === bytes.byteLength && part.checksum === toBase64(crc);
  return isOurs ? part?.etag : undefined;
}

async function sendPart(
  sender: PartSender,
  number: number,
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<string> {
  const signal = sender.signal === undefined ? {} : { signal: sender.signal };
  for (let attempt = 1; ; attempt++) {
    const url = await urlOf(sender, number, count);
    try {
      const response = await sender.send(url, { method: "PUT", body: bytes, ...signal });
      const etag = response.headers.get("etag");
      if (etag !== null) return etag.replaceAll('"', "");
      throw new CubbyError("unexpected_content", `The storage gave no receipt for part ${number}`, { status: 502 });
    } catch (error) {
      throwIfAborted(sender.signal);
      if (attempt === MAX_ATTEMPTS || !mayPass(error)) throw error;
    }
    sender.urls.delete(number);
    await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * Math.random(), sender.signal);
  }
}

/** 403 may be a URL that expired; any other refusal that is our fault stays one. */
function mayPass(error: unknown): boolean {
  const status = error instanceof CubbyError ? error.status : 0;
  return status === 0 || status >= 500 || [403, 408, 429].includes(status);
}

/** The URL of a part; with it come those of the next parts. */
async function urlOf({ urls, sign, present }: PartSender, number: number, count: number): Promise<string> {
  const known = urls.get(number);
  urls.delete(number);
  if (known !== undefined) return known;
  const wanted = [number];
  for (let next = number + 1; next <= count && wanted.length < BATCH; next++) {
    if (!present.has(next) && !urls.has(next)) wanted.push(next);
  }
  for (const { part_number, url } of await sign(wanted)) urls.set(part_number, url);
  const url = urls.get(number);
  urls.delete(number);
  if (url === undefined) throw new CubbyError("unexpected_content", `No URL came for part ${number}`, { status: 0 });
  return url;
}
