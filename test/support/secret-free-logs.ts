import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "./sent-secrets.ts";

/** What no log may hold, by its look. */
const looks: readonly [what: string, pattern: RegExp][] = [
  ["a token", /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/],
  ["a guest's token", /\bcubby_guest\.\w+\.[\w-]{20,}/],
  ["an Authorization header", /\bbearer [\w-]{16,}/i],
  ["a signed URL", /X-Amz-(Signature|Credential|Security-Token)=/i],
  ["a form's policy", /x-amz-signature"?\s*:/i],
  ["a statement", /\bselect\b[^"]{1,200}\bfrom\b/i],
];

/** A log and all that it holds. */
export interface LogText {
  readonly name: string;
  readonly text: string;
}

/** As below, of the logs of a local host, which lie in its data folder. */
export function assertNoSecretsInLogs(dataDirectory: string, sent: readonly Secret[] = []): void {
  const folder = join(dataDirectory, "logs");
  const logs = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  assertNoSecrets(logs, sent);
}

/**
 * Throws, by file and line, when one of these logs holds what looks like a secret, or one of those that were `sent`;
 * the secret itself is not told again.
 */
export function assertNoSecrets(logs: readonly LogText[], sent: readonly Secret[]): void {
  for (const { name, text } of logs) {
    const complain = (what: string, at: number) => {
      const line = text.slice(0, at).split("\n").length;
      throw new Error(`The log ${name} holds ${what} in line ${line}`);
    };
    for (const [what, pattern] of looks) {
      const at = text.search(pattern);
      if (at >= 0) complain(what, at);
    }
    for (const [what, value] of sent) {
      const at = Math.max(text.indexOf(value), text.indexOf(JSON.stringify(value).slice(1, -1)));
      if (at >= 0) complain(`${what} that was sent`, at);
    }
  }
}
