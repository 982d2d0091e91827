import { createStorageClients, type StorageClients } from "../../../shared/aws/clients.ts";
import type { Process, World } from "../world.ts";
import type { Turnstile } from "./turnstile.ts";

/** Whose requests a process makes just now, and where they wait. */
export interface Gate {
  actor: string;
  turnstile: Turnstile | undefined;
}

/** A process whose requests to the engines all wait at its gate; it serves one actor after the other. */
export interface GatedProcess {
  gate: Gate;
  process: Process;
}

export function createGatedProcess(world: World): GatedProcess {
  const gate: Gate = { actor: "", turnstile: undefined };
  const clients = createStorageClients(world.env);
  holdAll(clients, gate);
  return { gate, process: world.newProcess(clients) };
}

function holdAll({ s3, dynamo }: StorageClients, gate: Gate): void {
  for (const client of [s3, dynamo as unknown as typeof s3]) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        const act = () => next(args);
        return gate.turnstile?.enter(gate.actor, context.commandName ?? "", act) ?? act();
      },
      { step: "initialize", name: "turnstile", priority: "high" },
    );
  }
}
