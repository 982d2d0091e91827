import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What no log may hold, whatever was sent: by its look, as every test sends other secrets. */
const secrets: readonly [what: string, pattern: RegExp][] = [
  ["a token", /eyJ[\w-]{10,}\.eyJ[\w-]{10,}/],
  ["a guest's token", /\bcubby_guest\.\w+\.[\w-]{20,}/],
  ["an Authorization header", /\bbearer [\w-]{16,}/i],
  ["a signed URL", /X-Amz-(Signature|Credential|Security-Token)=/i],
  ["a form's policy", /x-amz-signature"?\s*:/i],
  ["a statement", /\bselect\b[^"]{1,200}\bfrom\b/i],
];

/** Throws, by file and line, when a log of this data folder holds a secret; the secret itself is not told again. */
export function assertNoSecretsInLogs(dataDirectory: string): void {
  const folder = join(dataDirectory, "logs");
  for (const file of readdirSync(folder)) {
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    for (const [what, pattern] of secrets) {
      const at = lines.findIndex((line) => pattern.test(line));
      if (at >= 0) throw new Error(`The log ${file} holds ${what} in line ${at + 1}`);
    }
  }
}
