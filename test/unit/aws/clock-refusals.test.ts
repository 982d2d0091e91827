import { expect, test } from "vitest";
import { isClockRefusal } from "../../../shared/aws/clock-refusals.ts";

const SIGNED_AT = "20261122T091500Z";
const headers = { "x-amz-date": SIGNED_AT };

/** An answer to a HEAD, as the SDK has it: without a word on why. */
function unexplained(httpStatusCode: number, date?: string): Error {
  const $response = { headers: date === undefined ? {} : { date } };
  return Object.assign(new Error("UnknownError"), { name: "403", $metadata: { httpStatusCode }, $response });
}

function said(name: string, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

const notYet = "Signature not yet current: 20261122T091500Z is still later than 20261122T082000Z";
const expired = "Signature expired: 20261122T091500Z is now earlier than 20261122T100500Z (20261122T101000Z - 5 min.)";

test.each([
  {
    what: "a HEAD an hour too early",
    method: "HEAD",
    error: unexplained(403, "Sun, 22 Nov 2026 10:15:00 GMT"),
    is: true,
  },
  {
    what: "a HEAD an hour too late",
    method: "HEAD",
    error: unexplained(403, "Sun, 22 Nov 2026 08:15:00 GMT"),
    is: true,
  },
  { what: "a HEAD that S3 takes", method: "HEAD", error: unexplained(403, "Sun, 22 Nov 2026 09:25:00 GMT"), is: false },
  { what: "a HEAD of nothing", method: "HEAD", error: unexplained(404, "Sun, 22 Nov 2026 10:15:00 GMT"), is: false },
  { what: "a HEAD without a time", method: "HEAD", error: unexplained(403), is: false },
  {
    what: "a GET without a reason",
    method: "GET",
    error: unexplained(403, "Sun, 22 Nov 2026 10:15:00 GMT"),
    is: false,
  },
  { what: "a GET that names it", method: "GET", error: said("RequestTimeTooSkewed"), is: true },
  { what: "one from the future", method: "POST", error: said("InvalidSignatureException", notYet), is: true },
  { what: "one from the past", method: "POST", error: said("InvalidSignatureException", expired), is: true },
  { what: "another signature", method: "POST", error: said("InvalidSignatureException", "does not match"), is: false },
])("isClockRefusal() of $what is $is", ({ method, error, is }) => {
  expect(isClockRefusal(error, { method, headers })).toBe(is);
});
