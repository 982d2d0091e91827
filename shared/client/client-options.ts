import type { Fetch } from "./transport.ts";

/** How a client is made. */
export interface ClientOptions {
  /** Address of the API, `https://cubby.example.com` say. */
  baseUrl: string;
  /** Bearer token, or what answers the present one; asked before each try. */
  token?: string | TokenSource;
  /** Services only: the user that the calls are for, `telegram_12345` say. */
  userId?: string;
  /** Another fetch: for tests, or to watch the requests. */
  fetch?: Fetch;
  /** How often a call that failed is made again, where that is safe; 2 unless said, 0 for never. */
  maxRetries?: number;
  /**
   * Whether each POST gets an Idempotency-Key by itself, with which it can be made again; true unless said. Without, it
   * costs the stage two writes less, and is made again only where that is harmless anyway.
   */
  automaticKeys?: boolean;
  /** Milliseconds until the API has to begin to answer, for each try; 60,000 unless said, 0 for no limit. */
  timeoutMs?: number;
}

/**
 * Answers the token for a call. Called once more with `refused`, the token that was just answered with 401: fetch a
 * fresh one then.
 */
export type TokenSource = (asked: { refused?: string }) => string | undefined | Promise<string | undefined>;
