import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineAddresses, type Host, startHost } from "../../local/host.ts";
import { type LocalTopology, topologyOfStacks } from "../../local/topology.ts";
import { startCountingProxy } from "./counting-proxy.ts";
import { askForCapacity, type EngineUse, noteDynamo, noteS3, noUse } from "./meter.ts";

/** A real local host, whose requests to table and bucket are counted on the wire. */
export interface MeteredHost {
  readonly host: Host;
  /** What was used since the last call. */
  take(): EngineUse;
  close(): Promise<void>;
}

/** A schedule of its own would be counted with the visitor's requests: the command invokes the sweep itself. */
const withoutSchedule: LocalTopology = {
  ...topologyOfStacks,
  functions: { ...topologyOfStacks.functions, sweep: { ...topologyOfStacks.functions.sweep, triggers: [] } },
};

export async function startMeteredHost(): Promise<MeteredHost> {
  const stack = new AsyncDisposableStack();
  let use = noUse();

  async function reachEnginesBy(engines: EngineAddresses): Promise<EngineAddresses> {
    const dynamodb = await startCountingProxy(engines.dynamodb, {
      keepsBodies: () => true,
      rewrite: askForCapacity,
      onRequest: (seen) => noteDynamo(use, seen),
    });
    stack.defer(() => dynamodb.close());
    const s3 = await startCountingProxy(engines.s3, {
      keepsBodies: ({ url }) => url?.includes("?delete") ?? false,
      onRequest: (seen) => noteS3(use, seen),
    });
    stack.defer(() => s3.close());
    return { s3: s3.url, dynamodb: dynamodb.url };
  }

  try {
    const dataDirectory = await mkdtemp(join(tmpdir(), "cubby-costs-"));
    stack.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    const host = await startHost({ port: 0, dataDirectory, quiet: true, topology: withoutSchedule, reachEnginesBy });
    stack.defer(() => host.close());
    return {
      host,
      take() {
        const taken = use;
        use = noUse();
        return taken;
      },
      close: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
