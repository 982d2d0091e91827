import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSchedule } from "../../../cdk/local/triggers/schedule.ts";
import { fixtureTopology } from "../../support/local-host.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("startSchedule() invokes sweep after a minute, then every five, also after a failure, until it is stopped", async () => {
  const invoked: { name: string; event: object }[] = [];
  const stop = startSchedule({
    topology: fixtureTopology().functions,
    region: "us-east-1",
    invoke: (name, event) => {
      invoked.push({ name, event });
      return Promise.reject(new Error("failed"));
    },
  });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(invoked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(invoked).toMatchObject([
    { name: "sweep", event: { source: "aws.scheduler", "detail-type": "Scheduled Event" } },
  ]);
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(invoked).toHaveLength(3);
  stop();
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(invoked).toHaveLength(3);
});
