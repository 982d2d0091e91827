import { createHash, randomBytes } from "node:crypto";
import { SESSION_ID_PATTERN } from "./contract/id-patterns.ts";
import { createEntryIds } from "./entry-id.ts";

/** RFC 4648 base32, lower case. */
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Makes an id such as `session_20261121_093000_k3w5x2mzq7ab4cde`: 80 random bits behind a readable time. */
export function newSessionId(now: Date): string {
  return toSessionId(now, randomBytes(16));
}

/** An id of the same form that is made again: the same content, or the same secret, has the same id. */
export function sessionIdOf(content: string, createdAt: Date): string {
  return toSessionId(createdAt, createHash("sha256").update(content).digest().subarray(0, 16));
}

function toSessionId(at: Date, bytes: Uint8Array): string {
  const [date = "", time = ""] = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `session_${date}_${time}_${Array.from(bytes, (byte) => BASE32[byte % 32]).join("")}`;
}

export function isSessionId(text: string): boolean {
  return SESSION_ID_PATTERN.test(text);
}

const mintEntryId = createEntryIds();

/** Id of a history entry: behind every one that this process made, and behind `after`, the newest one that was seen. */
export function newEntryId(now: Date, after?: string): string {
  return mintEntryId(now, after);
}

/** Id of a direct upload: 130 random bits, because it names an object as well. */
export function newUploadId(): string {
  return `upload_${Array.from(randomBytes(26), (byte) => BASE32[byte % 32]).join("")}`;
}

/** 256 random bits, as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
