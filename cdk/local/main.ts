/** `npm start`: one host in the foreground, until Ctrl-C. */
import { relative } from "node:path";
import { processEnvironment } from "../../shared/config.ts";
import { type Host, startHost } from "./host.ts";
import { StartError } from "./start-error.ts";

const DEFAULT_PORT = 3000;

function readPort(text = String(DEFAULT_PORT)): number {
  const port = Number(text);
  if (text !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartError(`Cannot start: PORT must be a number from 0 to 65535, not "${text}"`);
}

/** What a newcomer wants to paste next. The tokens are real. */
async function printWelcome(host: Host): Promise<void> {
  const token = await host.issueToken({ sub: "me", scope: "cubby/sessions" });
  const folder = relative(process.cwd(), host.dataDirectory);
  console.log(`Data and logs: ${folder.startsWith("..") ? host.dataDirectory : folder || "."}`);
  console.log("");
  console.log("# a guest session; its token is in the answer");
  console.log(`curl -s -X POST ${host.url}/v1/sessions -H 'content-type: application/json' -d '{}'`);
  console.log("# a developer token, good for one hour (another: POST /dev/token)");
  console.log(`export TOKEN=${token}`);
  console.log(`curl -s ${host.url}/v1/sessions -H "authorization: Bearer $TOKEN"`);
  console.log("");
  console.log(`Cubby is ready at ${host.url}`);
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

async function main(): Promise<void> {
  const env = processEnvironment();
  const stopped = untilSignal();
  const host = await startHost({ port: readPort(env.PORT), dataDirectory: env.CUBBY_DATA || ".cubby" });
  await printWelcome(host);
  const failure = await Promise.race([stopped, host.failure]);
  await host.close();
  if (failure !== undefined) throw failure;
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof StartError) console.error(error.message);
  else console.error(error);
  process.exit(1);
}
