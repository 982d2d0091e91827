/**
 * Which errors say that an engine, the way to it or this machine fails just now, and not that something is wrong with
 * the request or with our code: who asks again later may have better luck.
 */

/** What an SDK adds to the errors that it throws, as far as it says whose fault they are. */
interface SdkError extends Error {
  $fault?: "client" | "server";
  $metadata?: { httpStatusCode?: number };
  $retryable?: object;
  code?: unknown;
}

/** Too much for the engine, bytes that arrived as others, clocks that differ: the SDK sets its own right for next time. */
const PASSING_NAMES =
  /Throttl|SlowDown|TooManyRequests|ProvisionedThroughput|RequestLimit|LimitExceeded|ServiceUnavailable|InternalError|InternalServer|TimeoutError|RequestTimeout|BadDigest|ContentSHA256Mismatch|IncompleteBody|RequestTimeTooSkewed/;

/** Of connections, of names that cannot be looked up, of a machine that has no more of something. */
const PASSING_CODES =
  /^(E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOTFOUND|MFILE|NFILE|NOSPC|DQUOT|NOMEM|AGAIN|BUSY)|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+)$/;

/** What the SDK says of an answer whose body is not what its head promised. */
const DAMAGED_ANSWER = /^Checksum mismatch|Deserialization error|socket hang up|^aborted$/;

/** The machine's own words, as DuckDB passes them on. */
const DISK_FULL = /No space left on device|Disk quota exceeded/;
const SHORTAGE = /Too many open files|Cannot allocate memory/;

/** Also when it was wrapped: some errors name the one below as their cause. */
export function isEngineFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code, $fault, $metadata, $retryable, cause } = error as SdkError;
  return (
    $fault === "server" ||
    $retryable !== undefined ||
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    PASSING_NAMES.test(name) ||
    (typeof code === "string" && PASSING_CODES.test(code)) ||
    [DAMAGED_ANSWER, DISK_FULL, SHORTAGE].some((words) => words.test(message)) ||
    isEngineFault(cause)
  );
}

/** Whether a disk had no more room; also when it was wrapped. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^E(NOSPC|DQUOT)$/.test(String((error as SdkError).code)) ||
    DISK_FULL.test(error.message) ||
    isDiskFull(error.cause)
  );
}
