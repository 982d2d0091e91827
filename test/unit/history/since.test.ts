import fc from "fast-check";
import { v7 } from "uuid";
import { describe, expect, test } from "vitest";
import { BEGINNING, positionAt } from "../../../shared/entry-id.ts";
import { advance, MAX_UNSETTLED, SETTLE_MS, type Since } from "../../../shared/history/since.ts";
import { isSinceToken, parseSince, sinceBeginning, toSinceToken } from "../../../shared/history/since-token.ts";

const T0 = Date.parse("2026-11-21T09:00:00.000Z");

function idAt(ms: number): string {
  return v7({ msecs: T0 + ms });
}

/** What happens in a session: time goes on, an entry lands (its id up to `lateMs` old or ahead), a follower polls. */
type Happening = { wait: number } | { land: number } | { poll: { limit: number; reach: number } };

const soon = fc.integer({ min: 0, max: 40 });
const later = fc.integer({ min: 5_000, max: 12_000 });
const poll = fc.record({ limit: fc.integer({ min: 1, max: 4 }), reach: fc.integer({ min: 0, max: 3 }) });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ wait: fc.oneof(soon, later) }) },
  { weight: 6, arbitrary: fc.record({ land: fc.integer({ min: -3_000, max: SETTLE_MS - 1 }) }) },
  { weight: 2, arbitrary: fc.record({ poll }) },
);

/** A table of entries and one follower, who goes through the token's text as a client does. */
class Session {
  now = T0;
  stored: string[] = [];
  received: string[] = [];
  token = toSinceToken(sinceBeginning);

  /** `reach` is how many entries one read sees before the page ends; polls differ in it as pages do. */
  poll(limit: number, reach: number): { more: boolean; delivered: number; token: string } {
    const since = parseSince(this.token) as Since;
    const behind = this.stored.filter((id) => id > since.settled).sort();
    const seen = since.delivered.length + limit + reach;
    const found = { ids: behind.slice(0, seen), complete: behind.length <= seen };
    const step = advance(since, found, { limit, now: new Date(this.now) });
    this.received.push(...step.deliver);
    this.token = toSinceToken(step.next);
    return { more: step.more, delivered: step.deliver.length, token: this.token };
  }

  happen(what: Happening): void {
    if ("wait" in what) this.now += what.wait;
    else if ("land" in what) this.stored.push(idAt(this.now - T0 - what.land));
    else this.poll(what.poll.limit, what.poll.reach);
  }

  /** Polls until nothing more comes, also what waits for others to settle. */
  drain(): void {
    for (let round = 0; round < 2; round++) {
      while (this.poll(7, 0).more) expect(this.received.length).toBeLessThanOrEqual(this.stored.length);
      this.now += SETTLE_MS + 3_001;
    }
  }
}

describe("since", () => {
  test("delivers each entry exactly once, however late it lands and wherever pages end", () => {
    const history = fc.array(happening, { maxLength: 120 });
    fc.assert(
      fc.property(history, (happenings) => {
        const session = new Session();
        for (const what of happenings) session.happen(what);
        session.drain();
        expect(session.received.toSorted()).toEqual(session.stored.toSorted());
        expect(new Set(session.received).size).toBe(session.received.length);
      }),
      { numRuns: 3_000 },
    );
  });

  test("stays within its size and loses nothing when more lands than it can remember", () => {
    const session = new Session();
    for (let count = 0; count < 3 * MAX_UNSETTLED; count++) session.stored.push(idAt(count));
    session.now = T0 + 1_000;
    while (session.poll(100, 0).more);
    expect(session.received).toHaveLength(MAX_UNSETTLED);
    expect(session.token.length).toBeLessThan(4_400);
    session.stored.push(idAt(5)); // late
    for (let second = 0; second < 12; second++) {
      session.now += 1_000;
      while (session.poll(100, 0).more);
      expect((parseSince(session.token) as Since).delivered.length).toBeLessThanOrEqual(MAX_UNSETTLED);
    }
    expect(session.received.toSorted()).toEqual(session.stored.toSorted());
  });

  test("stays the same while nothing comes, once what it delivered has settled", () => {
    const session = new Session();
    session.stored.push(idAt(0), idAt(4_000));
    session.now = T0 + 5_000;
    const first = session.poll(20, 0).token;
    for (const ms of [6_000, 11_000, 13_999]) {
      session.now = T0 + ms;
      expect(session.poll(20, 0)).toEqual({ more: false, delivered: 0, token: first });
    }
    session.now = T0 + 14_001;
    const settled = session.poll(20, 0).token;
    expect(parseSince(settled)).toEqual({ settled: session.stored[1], delivered: [] });
    session.now = T0 + 1e9;
    expect(session.poll(20, 0).token).toBe(settled);
  });

  test("is read from a token, an entry's id or a time", () => {
    const since = { settled: idAt(0), delivered: [idAt(1), idAt(2)] };
    expect(parseSince(toSinceToken(since))).toEqual(since);
    expect(parseSince(toSinceToken(sinceBeginning))).toEqual({ settled: BEGINNING, delivered: [] });
    const id = idAt(7);
    expect(parseSince(id)).toEqual({ settled: id, delivered: [] });
    const position = positionAt(new Date(T0));
    expect(parseSince("2026-11-21T10:00:00+01:00")).toEqual({ settled: position, delivered: [] });
    expect(position < idAt(0) && position > idAt(-1)).toBe(true);
    expect([toSinceToken(since), id].map(isSinceToken)).toEqual([true, false]);
  });

  test.each(["s1.", "s1.AAAA", "s1.!!", "yesterday", `s1.${"A".repeat(8_000)}`, "2026-13-45T99:99:99Z"])(
    "is not read from %s",
    (text) => expect(parseSince(text)).toBeUndefined(),
  );
});
