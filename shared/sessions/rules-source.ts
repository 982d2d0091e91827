/**
 * The rules as they hold now. A stage's document is read again at most every 30 seconds, at the start of an
 * invocation, so that an edit takes effect within a minute, also for sessions that exist already.
 */
import type { Log } from "../log.ts";
import type { RetentionRules } from "./retention.ts";
import { overlay, parseRetentionDocument } from "./retention-document.ts";

export interface RulesSource {
  /** The last good rules; the environment's until a document was read. */
  current(): RetentionRules;
  /** Reads the document again when it is time. Never throws: a document that cannot be used changes nothing. */
  refresh(): Promise<void>;
  /**
   * False while the stage has a document that could not be read even once. Nothing may be ended by rules that are
   * only a guess: the document may well give sessions more time.
   */
  areKnown(): boolean;
}

export interface RulesSourceOptions {
  /** What holds without a document. */
  base: RetentionRules;
  /** Reads the document's text; absent where the stage has none. */
  read?: () => Promise<string>;
  refreshMs: number;
  /** Monotonic: a wall clock that is set back would stop the reading. */
  monotonicMs: () => number;
  log: Pick<Log, "error" | "info">;
}

export function createRulesSource({ base, read, refreshMs, monotonicMs, log }: RulesSourceOptions): RulesSource {
  let rules = base;
  let known = read === undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function readOnce(readText: () => Promise<string>): Promise<void> {
    try {
      rules = overlay(base, parseRetentionDocument(await readText()));
      known = true;
    } catch (error) {
      const kept = known ? "the last good rules stay" : "only the environment's rules are known";
      log.error(`Retention document not used: ${kept}`, { error });
    }
  }

  async function refresh(): Promise<void> {
    if (read === undefined || monotonicMs() - readAt < refreshMs) return reading;
    readAt = monotonicMs();
    reading = readOnce(read).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return { current: () => rules, refresh, areKnown: () => known };
}
