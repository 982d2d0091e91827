import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseRetentionDocument } from "../../shared/sessions/retention-document.ts";
import { sweepOptions } from "../../shared/contract/sweep.ts";
import { parseRemoval } from "../../functions/purge/stream-event.ts";
import { METRIC_NAMESPACE, metricUnits } from "../../shared/metrics.ts";
import { describe, expect, test } from "vitest";
import { savedQueries } from "../../cdk/operations/queries.ts";
import { fixedCounts } from "../../cdk/costs/fixed-counts.ts";
import { functions } from "../../cdk/topology.ts";
import { makeTemplates, stageOptions } from "./support.ts";

const { service, data } = makeTemplates();
const runbook = readFileSync(new URL("../../cdk/RUNBOOK.md", import.meta.url), "utf8");

const alarms = Object.values(service.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
const subjectOf = (alarmName: string) => alarmName.replace("cubby-dev-", "");

/** The paragraphs of the runbook that an alarm may point to, by their headings. */
const paragraphs = new Map(
  runbook
    .split(/^# How to$/m)[0]
    ?.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text]),
);

describe("alarms", () => {
  test("are those that somebody must act on, and no other", () => {
    expect(alarms.map(({ AlarmName }) => subjectOf(AlarmName)).sort()).toEqual([...paragraphs.keys()].sort());
  });

  test.each(alarms)("$AlarmName says what it means, where its paragraph is, and whom to mail", (alarm) => {
    const subject = subjectOf(alarm.AlarmName);
    expect(alarm.AlarmDescription).toMatch(new RegExp(`^[A-Z].{30,} What to do: cdk/RUNBOOK.md#${subject}$`));
    expect(alarm.AlarmActions).toHaveLength(1);
    expect(alarm.OKActions).toEqual(alarm.AlarmActions);
    const paragraph = paragraphs.get(subject) ?? "";
    for (const part of ["What it means.", "How to look.", "What to do.", "How to know that it is over."]) {
      expect(paragraph).toContain(`**${part}**`);
    }
  });

  // CloudWatch: at most ten metrics in one alarm's expression, and periods of a day at most.
  test.each(alarms.filter(({ Metrics }) => Metrics !== undefined))("$AlarmName keeps CloudWatch's limits", (alarm) => {
    const metrics: { MetricStat?: { Period: number }; Expression?: string }[] = alarm.Metrics;
    expect(metrics.filter(({ MetricStat }) => MetricStat !== undefined).length).toBeLessThanOrEqual(10);
    for (const { MetricStat, Expression } of metrics) {
      expect(MetricStat?.Period ?? 0).toBeLessThanOrEqual(86_400);
      expect(Expression ?? "").not.toMatch(/SEARCH|\de-\d/);
    }
  });

  test("ring at what the stage says that it may cost", () => {
    const expensive = makeTemplates("dev", { ...stageOptions("dev"), alarms: { emails: [], dollarsPerDay: 12 } });
    expensive.service.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "cubby-dev-cost-pace",
      Threshold: 12,
    });
  });

  test("a sweep that does not run is told by its silence", () => {
    service.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "cubby-dev-sweep-silent",
      TreatMissingData: "breaching",
      EvaluationPeriods: 4,
      Period: 300,
    });
  });
});

describe("dashboard", () => {
  const [dashboard] = Object.values(service.findResources("AWS::CloudWatch::Dashboard"));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);

  test("is one for the stage, with a question a row", () => {
    expect(dashboard?.Properties.DashboardName).toBe("cubby-dev");
    for (const question of ["Does anything ring", "Are users served", "Do sessions end on time", "Do conversions flow"])
      expect(body).toContain(`## ${question}?`);
  });

  test("draws our own metrics by names that our code emits, of functions that exist", () => {
    const drawn = [...body.matchAll(/\\"Cubby\\",\\"(\w+)\\",\\"service\\",\\"cubby-dev-(\w+)\\"/g)];
    expect(drawn.length).toBeGreaterThan(8);
    for (const [, metric, name] of drawn) {
      expect(Object.keys(metricUnits)).toContain(metric);
      expect(Object.keys(functions)).toContain(name);
    }
    expect(METRIC_NAMESPACE).toBe("Cubby");
  });

  test("shows every function's errors", () => {
    const ids = Object.keys(service.findResources("AWS::Lambda::Function"));
    for (const id of ids) expect(body).toContain(id);
  });
});

describe("what costs by the month", () => {
  const metricsOf = ({ Properties }: { Properties: { Metrics?: { MetricStat?: unknown }[] } }) =>
    Properties.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;

  test("is counted as the template has it", () => {
    const alarms = Object.values(service.findResources("AWS::CloudWatch::Alarm")) as Parameters<typeof metricsOf>[0][];
    expect(alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0)).toBe(fixedCounts.alarmMetrics);
    const byReason = Object.keys(metricUnits).filter((name) => name.endsWith("ByReason"));
    const plain = Object.keys(metricUnits).length - byReason.length;
    // A handful of reasons each.
    expect(fixedCounts.customMetrics - plain).toBeGreaterThanOrEqual(byReason.length * 5);
    expect(fixedCounts.customMetrics - plain).toBeLessThanOrEqual(byReason.length * 15);
    service.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
  });
});

describe("saved queries", () => {
  test.each(savedQueries)("$name is kept, and reads the logs of functions that are there", ({ name, logsOf }) => {
    const found = Object.values(service.findResources("AWS::Logs::QueryDefinition")).find(
      ({ Properties }) => Properties.Name === `cubby/dev/${name}`,
    );
    expect(found?.Properties.LogGroupNames).toHaveLength(logsOf.length);
  });
});

describe("the runbook's examples", () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const events = [...runbook.matchAll(/`(functions\/\w+\/events\/[\w-]+\.json)`/g)].map((match) => match[1] ?? "");

  test.each([...new Set(events)])("%s is taken by its function", (path) => {
    const event: { Records?: unknown[] } = JSON.parse(read(path));
    if (path.includes("/sweep/")) expect(sweepOptions.parse(event)).toEqual(event);
    else expect(parseRemoval(event.Records?.[0])?.sessionId).toMatch(/^session_/);
  });

  /** Code in the text, in the line or by itself; a command may go on in the next line. */
  const code = [...runbook.matchAll(/`([^`]+)`/g)].map((match) => (match[1] ?? "").replaceAll(/\s+/g, " "));
  const commands = code.filter((text) => /^(aws|npm|git) /.test(text));

  test.each(commands)("%s is one that a shell reads", (command) => {
    const filled = command.replaceAll(/<[\w ]+>/g, "word");
    expect(spawnSync("bash", ["-n", "-c", filled]).stderr.toString()).toBe("");
    const script = /npm run ([\w:]+)/.exec(command)?.[1];
    if (script !== undefined) expect(Object.keys(JSON.parse(read("package.json")).scripts)).toContain(script);
  });

  test("every name of a resource is one of the stage", () => {
    const made = JSON.stringify([service.toJSON(), data.toJSON()]);
    const named = [...runbook.matchAll(/cubby[-/]prod[-/][a-z][a-z-]*[a-z]/g)].map(([name]) =>
      name.replace("prod", "dev"),
    );
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((name) => !made.includes(name))).toEqual([]);
  });

  test("every saved query that it sends people to is there", () => {
    const named = [...runbook.matchAll(/[Ss]aved query "([^"]+)"/g)].map((match) => match[1]);
    expect(savedQueries.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  });

  test("the retention document is one", () => {
    const [, example] = runbook.match(/`(\{"idle_minutes".*?\})` say/) ?? [];
    expect(parseRetentionDocument(example ?? "").keep_newest).toBe(5);
  });

  test("one list has every resource of the stage", () => {
    service.hasResourceProperties("AWS::ResourceGroups::Group", { Name: "cubby-dev" });
  });
});
