/** What is done to a session by everybody who keeps them, in the order of its life. */
export const operations = ["create", "read", "touch", "delete"] as const;
export type Operation = (typeof operations)[number];

/** One way of keeping sessions. Its rounds leave as many sessions behind as they found. */
export interface Contender {
  readonly name: string;
  /** Each works on the session that `create` made last. */
  readonly run: Readonly<Record<Operation, () => Promise<unknown>>>;
  /** What has to be so before an operation, and is no part of it. */
  readonly prepare?: Partial<Record<Operation, () => Promise<void>>>;
}

/** Adds up to so many sessions of others, past whatever is measured. */
export type Fill = (count: number) => Promise<void>;
