import type { Fault } from "./fault.ts";
import { wireFaults } from "./wire-faults.ts";

/** All of them, in the order in which the README's table has them. */
export const faults: readonly Fault[] = [...wireFaults];
