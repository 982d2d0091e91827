import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { newGuestToken } from "../../shared/identity/guest-token.ts";
import { assertNoSecretsInLogs } from "../support/secret-free-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "cubby-logs-"));
mkdirSync(join(folder, "logs"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["a token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"],
  ["a guest's token", newGuestToken("session_20261121_093000_k3w5x2mzq7ab4cde").token],
  ["an Authorization header", "Bearer 0123456789abcdef"],
  ["a signed URL", "https://s3/sessions/x?X-Amz-Signature=00"],
  ["a statement", "SELECT name FROM people WHERE name = 'Ana'"],
])("assertNoSecretsInLogs() finds %s, and does not repeat it", (what, secret) => {
  writeFileSync(join(folder, "logs", "api.log"), `{"message":"Request"}\n{"message":"Oops","error":"${secret}"}\n`);
  const check = () => assertNoSecretsInLogs(folder);
  expect(check).toThrow(`The log api.log holds ${what} in line 2`);
  expect(check).not.toThrow(secret);
});

test.each(['Ana "Lima"\t10', "payslips of Ana.csv"])("assertNoSecretsInLogs() finds %j where it was sent", (secret) => {
  writeFileSync(join(folder, "logs", "api.log"), `${JSON.stringify({ message: "Oops", error: `No ${secret}!` })}\n`);
  expect(() => assertNoSecretsInLogs(folder)).not.toThrow();
  const check = () => assertNoSecretsInLogs(folder, [["a cell", secret]]);
  expect(check).toThrow("The log api.log holds a cell that was sent in line 1");
});

test("assertNoSecretsInLogs() lets ids and routes through", () => {
  const line = { message: "Request", session_id: "session_20261121_093000_k3w5x2mzq7ab4cde", route: "/v1/sessions" };
  writeFileSync(join(folder, "logs", "api.log"), `${JSON.stringify(line)}\n`);
  expect(() => assertNoSecretsInLogs(folder)).not.toThrow();
});
