import { assertLive } from "../../shared/sessions/assert-live.ts";
import { secondsLeft } from "../../shared/sessions/retention.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/**
 * How long a presigned URL for this session's objects may live: as long as is wanted, and never longer than the
 * session itself. S3 counts in whole seconds, so in its last second a session is as good as over: 410.
 */
export function urlSeconds({ rules, clock }: ApiDeps, record: SessionRecord, wanted: number): number {
  const now = clock.now();
  const moment = { rules: rules.current(), now };
  assertLive(record, { ...moment, now: new Date(now.getTime() + 1000) });
  return Math.min(wanted, secondsLeft(record, moment.rules, now));
}
