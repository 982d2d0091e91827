/**
 * Lets Schemathesis read the contract and try the API with it, on a host of its own: two users and an operator at the
 * same time, each in chapters of his own. Ends non-zero when an answer is a fault, or is not in the document.
 *
 * By itself it tries the same requests each time, a few for each route. With `--long` it goes on for two minutes, or
 * for `--long=<seconds>`, and follows requests with others that use their answers; each time from another seed, which
 * it prints. `SCHEMATHESIS` names its command; what it is made of stands in `test/fixtures/contract/requirements.txt`.
 * Reports lie in `.cubby-schemathesis/`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { startAcceptanceHost } from "./acceptance.ts";

const CONFIG = "test/fixtures/contract/schemathesis.toml";
/** Any number will do, as long as it stays the same. */
const SEED = 7;
/** Requests made up for each route, beside those that its examples and the borders of its schemas give. */
const MADE_UP = 6;
const LONG_SECONDS = 120;

/** Who tries which chapters: about as many requests for each user, and for the operator what he alone may. */
const callers = [
  { sub: "ana", scope: "cubby/sessions", chapters: ["Files", "Documents", "Approvals"] },
  {
    ...{ sub: "ben", scope: "cubby/sessions" },
    chapters: ["Sessions", "Tables", "History", "Cache", "Account", "Compatibility", "Service"],
  },
  { sub: "olga", scope: "cubby/operate", chapters: ["Operations"] },
];
type Caller = (typeof callers)[number];

const { values } = parseArgs({ options: { long: { type: "string" } }, args: process.argv.slice(2).map(withValue) });
const host = await startAcceptanceHost({ MAX_SESSIONS: "1000" });
try {
  const codes = await Promise.all(callers.map((caller) => tryAs(caller)));
  process.exitCode = Math.max(...codes);
} finally {
  await host.close();
}

/** `--long` alone as well as with a number. */
function withValue(argument: string): string {
  return argument === "--long" ? `--long=${LONG_SECONDS}` : argument;
}

/** Prints what it says when it is done, so that nobody talks in between. */
async function tryAs({ sub, scope, chapters }: Caller): Promise<number> {
  const options = [
    ...["--header", `Authorization: Bearer ${await host.issueToken({ sub, scope })}`],
    ...["--continue-on-failure", "--report", "junit", "--report-dir", `.cubby-schemathesis/${sub}`],
    ...(values.long === undefined ? sameEachTime() : ["--max-time", values.long]),
    ...chapters.flatMap((chapter) => ["--include-tag", chapter]),
  ];
  const command = process.env.SCHEMATHESIS ?? "schemathesis";
  const asked = ["--config-file", CONFIG, "run", `${host.url}/openapi.json`, ...options];
  const child = spawn(command, asked, { stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit") as Promise<[number | null]>]);
  process.stdout.write(`\n${chapters.join(", ")}, as ${sub}\n${said}`);
  return code ?? 1;
}

/** Without what depends on the answers before: so a failure comes again. */
function sameEachTime(): string[] {
  return ["--seed", String(SEED), "--max-examples", String(MADE_UP), "--phases", "examples,coverage,fuzzing"];
}
