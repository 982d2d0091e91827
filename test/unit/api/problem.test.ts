import { describe, expect, test } from "vitest";
import { toProblemResponse } from "../../../functions/api/problem.ts";
import { AppError } from "../../../shared/errors.ts";
import type { Log } from "../../../shared/log.ts";

/** What an error of our own insides may carry, none of which is anybody's business. */
const INSIDE = "SELECT secret FROM cubby-prod-Table-1 at /var/task/index.mjs:12 arn:aws:s3:::bucket";

type Line = { level: string; message: string; fields: Record<string, unknown> | undefined };

function answer(error: unknown) {
  const lines: Line[] = [];
  const note = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push({ level, message, fields });
  const log: Log = { info: note("info"), warn: note("warn"), error: note("error") };
  return { response: toProblemResponse(error, "request-1", log), lines };
}

describe("toProblemResponse()", () => {
  const fault = Object.assign(new Error(INSIDE), { stack: INSIDE, $metadata: { requestId: INSIDE }, details: INSIDE });

  test.each([
    { name: "an error nobody planned", error: fault, status: 500 },
    { name: "a thrown text", error: INSIDE, status: 500 },
    { name: "nothing", error: undefined, status: 500 },
    { name: "an object with a status", error: { status: 200, code: "ok", message: INSIDE }, status: 500 },
    {
      name: "a throttled engine",
      error: Object.assign(new Error(INSIDE), { name: "ThrottlingException" }),
      status: 503,
    },
    {
      name: "a planned fault with a cause",
      error: new AppError("unavailable", "Later", { cause: fault }),
      status: 503,
    },
  ])("says nothing of the inside for $name, and logs all of it", async ({ error, status }) => {
    const { response, lines } = answer(error);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(text).not.toMatch(/SELECT|cubby-prod|var\/task|arn:aws|stack/);
    expect(Object.keys(JSON.parse(text)).toSorted()).toEqual([
      "code",
      "detail",
      "request_id",
      "status",
      "title",
      "type",
    ]);
    expect(lines).toMatchObject([{ level: "error", message: "Request failed", fields: { request_id: "request-1" } }]);
    const logged = lines[0]?.fields?.error;
    expect(logged instanceof AppError ? logged.cause : logged).toBe(error instanceof AppError ? fault : error);
  });

  test.each([
    { code: "not_authenticated", event: "authentication_failed", says: true },
    { code: "not_allowed", event: "authorization_failed", says: true },
    { code: "session_not_found", event: "unknown_session", says: false },
    { code: "path_not_allowed", event: "path_refused", says: false },
    { code: "statement_refused", event: "statement_refused", says: false },
  ] as const)("logs $code as the security event $event", ({ code, event, says }) => {
    const { lines } = answer(new AppError(code, "the sentence"));
    const fields = { security_event: event, code, ...(says ? { reason: "the sentence" } : {}) };
    expect(lines).toEqual([{ level: "warn", message: "Security event", fields }]);
  });

  test.each(["file_not_found", "invalid_request", "precondition_failed"] as const)("logs nothing for %s", (code) => {
    expect(answer(new AppError(code, "the sentence")).lines).toEqual([]);
  });
});
