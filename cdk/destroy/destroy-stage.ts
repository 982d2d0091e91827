import type { Stage } from "../stage.ts";

/** What is done on the way; each throws when it did not come about. */
export interface Deeds {
  /** Takes one stack away, with all that it does not retain. */
  removeStack(name: string): Promise<void>;
  emptyBuckets(): Promise<void>;
  /** What there is of the stage that holds data, each as a person calls it. */
  listStores(): Promise<string[]>;
  print(line: string): void;
}

/**
 * Takes a stage away: first the service, so that nobody stores any more, then what was stored, then the rest. Where the
 * stage retains its data it says what stays. A stage that is protected is refused before anything is touched.
 */
export async function destroyStage({ name, options: { data } }: Stage, deeds: Deeds): Promise<void> {
  if (data.deletionProtection) {
    throw new Error(`Cannot destroy stage "${name}": data.deletionProtection is on, deploy the stage without it first`);
  }
  await deeds.removeStack(`cubby-${name}-service`);
  if (data.removal === "destroy") await deeds.emptyBuckets();
  await deeds.removeStack(`cubby-${name}-data`);
  if (data.removal === "destroy") deeds.print(`Nothing is left of stage "${name}"`);
  else for (const what of await deeds.listStores()) deeds.print(`Stays, as data.removal is "retain": ${what}`);
}
