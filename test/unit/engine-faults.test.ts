import { expect, test } from "vitest";
import { isEngineFault } from "../../shared/engine-faults.ts";

const failure = (facts: object, message = "no") => Object.assign(new Error(message), facts);

test.each([
  ["a service's own failure", failure({ name: "InternalServerError", $fault: "server" })],
  ["a page that is no answer", failure({ name: "UnknownError", $metadata: { httpStatusCode: 503 } })],
  [
    "DynamoDB's throttling, which it calls the client's fault",
    failure({ name: "ThrottlingException", $fault: "client" }),
  ],
  ["a bucket that is asked too fast", failure({ name: "SlowDown" })],
  ["bytes that arrived as others", failure({ name: "XAmzContentSHA256Mismatch", $fault: "client" })],
  ["an answer that is not what its checksum says", failure({}, 'Checksum mismatch: expected "a" but received "b"')],
  ["a connection that was reset", failure({ code: "ECONNRESET" })],
  ["a name that nobody can look up", failure({ code: "EAI_AGAIN" })],
  ["no more file handles", failure({ code: "EMFILE" })],
  ["no more room", failure({ code: "ENOSPC" })],
  [
    "no more room, in DuckDB's words",
    failure({}, 'Could not write file "project_data.db.wal": No space left on device'),
  ],
  ["time that ran out", failure({ name: "TimeoutError" })],
  ["one that is the cause of another", new Error("no", { cause: failure({ code: "EPIPE" }) })],
])("%s passes", (_, error) => {
  expect(isEngineFault(error)).toBe(true);
});

test.each([
  ["a bug", new TypeError("Cannot read properties of undefined")],
  [
    "an expression that is wrong",
    failure({ name: "ValidationException", $fault: "client", $metadata: { httpStatusCode: 400 } }),
  ],
  [
    "a permission that is missing",
    failure({ name: "AccessDenied", $fault: "client", $metadata: { httpStatusCode: 403 } }),
  ],
  ["a bucket that is not there", failure({ name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } })],
  ["a file that is not there", failure({ code: "ENOENT" })],
  ["no error", "SlowDown"],
])("%s stays", (_, error) => {
  expect(isEngineFault(error)).toBe(false);
});
