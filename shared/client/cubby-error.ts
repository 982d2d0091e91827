import { parseRetryAfter } from "./retry-rules.ts";

/** RFC 9457 problem document as Cubby sends it; some problems carry more fields. */
export interface Problem {
  /** `urn:cubby:problem:<code>`. */
  type: string;
  /** The code in words, the same each time. */
  title: string;
  /** HTTP status, the same as of the answer. */
  status: number;
  /** What happened this time, for people. */
  detail: string;
  /** What to switch on; it never changes meaning. */
  code: string;
  /** What operators search their logs for. */
  request_id: string;
  /** Facts that go with the code: a limit, the fields that are wrong. */
  [field: string]: unknown;
}

/** What is known of a failure beside its code and its text. */
export interface ErrorFacts {
  /** HTTP status; 0 where there was no answer. */
  status: number;
  /** The problem document, where Cubby sent one. */
  problem?: Problem | undefined;
  /** Where the problem does not say it: from the header. */
  requestId?: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** What was thrown below, by fetch say. */
  cause?: unknown;
}

/**
 * Every failure of a call. Switch on `code`, which never changes meaning, and never on the text. It is one of the
 * contract's problem codes; `http_<status>` where a gateway or the storage answered and not Cubby; `connection_failed`
 * or `timeout` where nobody answered; `unexpected_content` where what is uploaded is not what was announced. With status
 * 0 `path_not_allowed` was said by the client itself: no path can name what was asked for.
 *
 * A call that its own signal ended throws the signal's reason instead.
 */
export class CubbyError extends Error {
  override readonly name = "CubbyError";
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** The problem document; undefined when the answer came from somebody else. */
  readonly problem: Problem | undefined;
  /** What operators search their logs for. */
  readonly requestId: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, facts: ErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.problem = facts.problem;
    this.requestId = facts.requestId ?? facts.problem?.request_id;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** An answer that is no success, as an error. Reads the body. */
export async function toCubbyError(response: Response): Promise<CubbyError> {
  const { status, headers } = response;
  const text = await response.text();
  const problem = parseProblem(text);
  const message = problem?.detail ?? `The server answered ${status}: ${text.slice(0, 200)}`;
  return new CubbyError(problem?.code ?? `http_${status}`, message, {
    ...{ status, problem },
    requestId: headers.get("x-request-id") ?? undefined,
    retryAfterMs: parseRetryAfter(headers.get("retry-after")),
  });
}

function parseProblem(text: string): Problem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isProblem = typeof body === "object" && body !== null && "code" in body && "status" in body;
    return isProblem ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
}
