import {
  asynchronousInvoke,
  authorizerCacheSeconds,
  type FunctionName,
  type FunctionTopology,
  functions,
  openRoutes,
  pageRoutes,
  queue,
} from "../topology.ts";

/** The part of the topology that the host runs. Tests put small functions of their own in its place. */
export interface LocalTopology {
  functions: Record<FunctionName, FunctionTopology>;
  openRoutes: readonly string[];
  /** Routes of the function with the trigger `page`. */
  pageRoutes: readonly string[];
  queue: { visibilityTimeoutSeconds: number; maxReceiveCount: number };
  asynchronousInvoke: { retryAfterSeconds: readonly number[] };
  authorizerCacheSeconds: number;
}

/** What the stacks deploy. */
export const topologyOfStacks: LocalTopology = {
  functions,
  openRoutes,
  pageRoutes,
  queue,
  asynchronousInvoke,
  authorizerCacheSeconds,
};

/** The function that a kind of trigger starts. */
export function functionOf(topology: LocalTopology, kind: FunctionTopology["triggers"][number]["kind"]): FunctionName {
  const names = Object.keys(topology.functions) as FunctionName[];
  const found = names.find((name) => topology.functions[name].triggers.some((trigger) => trigger.kind === kind));
  if (found === undefined) throw new Error(`Cannot start: the topology has no function for the trigger "${kind}"`);
  return found;
}
