/**
 * Lets Schemathesis read the contract and try the API with it, on a host of its own: as a user, then as an operator on
 * what only operators may. Ends non-zero when an answer is a fault, or is not in the document.
 * `SCHEMATHESIS` names its command. Its reports lie in `.cubby-schemathesis/`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { startAcceptanceHost } from "./acceptance.ts";

/** Seconds for each of the two: what chance finds late is found in another run, as each begins with another seed. */
const USER_SECONDS = 90;
const OPERATOR_SECONDS = 20;

const host = await startAcceptanceHost({ MAX_SESSIONS: "1000" });
try {
  const user = await host.issueToken({ sub: "schemathesis", scope: "cubby/sessions" });
  const operator = await host.issueToken({ sub: "olga", scope: "cubby/operate" });
  const asUser = await run(user, USER_SECONDS, ["--exclude-tag", "Operations"]);
  const asOperator = await run(operator, OPERATOR_SECONDS, ["--include-tag", "Operations"]);
  process.exitCode = Math.max(asUser, asOperator);
} finally {
  await host.close();
}

async function run(token: string, seconds: number, which: readonly string[]): Promise<number> {
  const options = [
    ...["--header", `Authorization: Bearer ${token}`],
    ...["--max-time", String(seconds), "--workers", "2", "--continue-on-failure", "--warnings", "off"],
    // That whatever fits the schema is accepted no document can promise: sessions end, names are taken, keys are spent.
    ...["--exclude-checks", "positive_data_acceptance"],
    ...["--report", "junit", "--report-dir", ".cubby-schemathesis"],
  ];
  const command = process.env.SCHEMATHESIS ?? "schemathesis";
  const child = spawn(command, ["run", `${host.url}/openapi.json`, ...options, ...which], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}
