import { randomUUID } from "node:crypto";
import type { FunctionName, FunctionTopology } from "../../topology.ts";
import { ACCOUNT_ID } from "../gateway/http-event.ts";

/** Nothing fires while a newcomer is still looking at the first lines; a minute later the clock runs. */
const FIRST_MILLISECONDS = 60_000;

/** What the schedule needs of its surroundings. */
export interface ScheduleOptions {
  topology: Record<FunctionName, FunctionTopology>;
  region: string;
  invoke(name: FunctionName, event: object): Promise<unknown>;
}

/** Invokes the functions with a schedule trigger, as EventBridge Scheduler does. Answers how to stop. */
export function startSchedule({ topology, region, invoke }: ScheduleOptions): () => void {
  const timers: NodeJS.Timeout[] = [];
  for (const [name, { triggers }] of Object.entries(topology) as [FunctionName, FunctionTopology][]) {
    for (const trigger of triggers) {
      if (trigger.kind !== "schedule") continue;
      // A failure is logged where the function was invoked; the next turn comes anyway.
      const fire = () => void invoke(name, toScheduledEvent(name, region)).catch(() => {});
      const first = setTimeout(() => {
        fire();
        timers.push(setInterval(fire, trigger.everyMinutes * 60_000));
      }, FIRST_MILLISECONDS);
      timers.push(first);
    }
  }
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

function toScheduledEvent(name: FunctionName, region: string): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: ACCOUNT_ID,
    time: new Date().toISOString(),
    region,
    resources: [`arn:aws:scheduler:${region}:${ACCOUNT_ID}:schedule/default/cubby-${name}`],
    detail: "{}",
  };
}
