import { eventFaults } from "./event-faults.ts";
import type { Fault } from "./fault.ts";
import { issuerFaults } from "./issuer-faults.ts";
import { machineFaults } from "./machine-faults.ts";
import { timeFaults } from "./time-faults.ts";
import { wireFaults } from "./wire-faults.ts";

/** All of them, in the order in which the README's table has them. */
export const faults: readonly Fault[] = [
  ...wireFaults,
  ...eventFaults,
  ...timeFaults,
  ...issuerFaults,
  ...machineFaults,
];
