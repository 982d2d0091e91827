/** The template of the stage "local", as far as whoever is woken reads it. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type AlarmRule, alarmsOf, type Watched } from "./alarms.ts";
import { createResolver, type Resolve, type TemplateJson } from "./resolve-template.ts";

export const STAGE = "local";

/** Drawn on the dashboard; a search for the values of a dimension has that dimension open. */
export interface Drawn extends Watched {
  readonly openDimension?: string;
}

/** What the template has for whoever is woken, and the names of what it watches. */
export interface WatchedTemplate {
  readonly alarms: readonly AlarmRule[];
  readonly drawn: readonly Drawn[];
  readonly names: { readonly table: string; readonly bucket: string; readonly streamLabel: string };
}

/** Synthesizes the stacks, in a process of their own: the CDK is large, and this one has a host to run. */
export async function readTemplate(): Promise<WatchedTemplate> {
  const script = fileURLToPath(new URL("./synthesize.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { maxBuffer: 64 * 1024 * 1024 });
  const { service, data }: { service: TemplateJson; data: TemplateJson } = JSON.parse(stdout);
  return toWatchedTemplate(service, data);
}

function toWatchedTemplate(service: TemplateJson, data: TemplateJson): WatchedTemplate {
  const resolve = createResolver([service, data]);
  const outputOf = (name: string) => String(resolve(data.Outputs?.[name]?.Value));
  return {
    alarms: alarmsOf(service, resolve, `cubby-${STAGE}-`),
    drawn: drawnBy(service, resolve),
    names: { table: outputOf("TableName"), bucket: outputOf("BucketName"), streamLabel: "first" },
  };
}

/** Metric by metric, what the dashboards of a template draw. */
export function drawnBy({ Resources = {} }: TemplateJson, resolve: Resolve): Drawn[] {
  const dashboards = Object.values(Resources).filter(({ Type }) => Type === "AWS::CloudWatch::Dashboard");
  const bodies = dashboards.map(({ Properties }) => JSON.parse(String(resolve(Properties?.DashboardBody))));
  return bodies.flatMap(({ widgets }) => widgets).flatMap(drawnIn);
}

type Row = (string | Record<string, unknown>)[];

/** A row is `[namespace, name, dimension, value, …, options]`, or only options with an expression. */
function drawnIn({ properties }: { properties: { metrics?: Row[] } }): Drawn[] {
  return (properties.metrics ?? []).flatMap((row) => {
    const words = row.filter((part) => typeof part === "string");
    const [options] = row.filter((part) => typeof part !== "string");
    if (words.length === 0) return searchedBy(String(options?.expression ?? ""));
    const [namespace = "", name = "", ...pairs] = words;
    const dimensions: Record<string, string> = {};
    for (let at = 0; at < pairs.length; at += 2) dimensions[pairs[at] ?? ""] = pairs[at + 1] ?? "";
    return [{ namespace, name, dimensions, statistic: String(options?.stat ?? "Average") }];
  });
}

/** `SEARCH('{Cubby,reason,service} MetricName="…" service="…"', 'Sum')`. */
function searchedBy(expression: string): Drawn[] {
  const found = /SEARCH\('\{(\w+),(\w+),service\} MetricName="(\w+)" service="([\w-]+)"'/.exec(expression);
  if (found === null) return [];
  const [, namespace = "", openDimension = "", name = "", service = ""] = found;
  return [{ namespace, name, dimensions: { service }, openDimension, statistic: "Sum" }];
}
