/** What can be taken away without warning. */
export type Victim = "host" | "api" | "convert" | "dynamodb";

/** Who is to die, and at which request to an engine from now on. */
export interface TrapOrder {
  victim: Victim;
  afterRequests: number;
  when: "before" | "after";
}
