import { toTimestamp } from "../../shared/clock.ts";
import { attachment } from "../../shared/files/download-headers.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";
import { urlSeconds } from "./url-seconds.ts";

/** A URL can be passed on and used until it expires: short, but long enough for a slow phone to begin. */
const DOWNLOAD_SECONDS = 300;

/** An object to hand out, and as what its bytes will come. */
export interface Download {
  key: string;
  /** The name that browsers save it under. */
  name: string;
  contentType: string;
}

/**
 * A presigned URL to one object, and until when it can be used. Never longer than the session that owns the object,
 * which is absent for what belongs to none; throws 410 when that session is over.
 */
export async function signDownload(
  deps: ApiDeps,
  { key, name, contentType }: Download,
  session?: SessionRecord,
): Promise<{ url: string; expires_at: string }> {
  const expiresInSeconds = session === undefined ? DOWNLOAD_SECONDS : urlSeconds(deps, session, DOWNLOAD_SECONDS);
  const url = await deps.bucket.presignGet(key, { expiresInSeconds, disposition: attachment(name), contentType });
  return { url, expires_at: toTimestamp(new Date(deps.clock.now().getTime() + expiresInSeconds * 1000)) };
}
