/** `node cdk/local/invoke.ts <function> [event as JSON]`: runs one function of the running host and prints its answer. */
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { processEnvironment } from "../../shared/config.ts";
import { functions } from "../topology.ts";
import { HOST_RECORD, type HostRecord, readJson } from "./data-folder.ts";
import { StartError } from "./start-error.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function invoke(name: string | undefined, event = "{}"): Promise<number> {
  const known = Object.keys(functions);
  if (name === undefined || !known.includes(name)) {
    throw new StartError(`Name the function to invoke: ${known.join(", ")}`);
  }
  const dataDirectory = processEnvironment().CUBBY_DATA || ".cubby";
  const record = readJson<HostRecord>(join(dataDirectory, HOST_RECORD));
  if (record === undefined || !isAlive(record.pid)) {
    throw new StartError(
      `Cannot invoke ${name}: no host runs on the data folder ${dataDirectory}; start one: npm start`,
    );
  }
  const lambda = new LambdaClient({
    region: "us-east-1",
    endpoint: record.services,
    credentials: record.credentials,
    maxAttempts: 1,
  });
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: event }));
  console.log(JSON.stringify(JSON.parse(Payload?.transformToString() ?? "null"), null, 2));
  return FunctionError === undefined ? 0 : 1;
}

try {
  process.exitCode = await invoke(process.argv[2], process.argv[3]);
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
