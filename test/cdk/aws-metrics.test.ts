import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { METRIC_NAMESPACE } from "../../shared/metrics.ts";
import { alarmsOf } from "../breakdowns/alarms.ts";
import { createResolver } from "../breakdowns/resolve-template.ts";
import { drawnBy } from "../breakdowns/template.ts";
import { documentedMetrics } from "./documented-metrics.ts";
import { makeTemplates } from "./support.ts";

const { service, data } = makeTemplates();
const templates = [service, data].map((template) => template.toJSON());
const resolve = createResolver(templates);
const [serviceJson = {}] = templates;

const watched = alarmsOf(serviceJson, resolve, "cubby-dev-").flatMap(({ metrics }) => [...metrics.values()]);
const foreign = [...watched, ...drawnBy(serviceJson, resolve)].filter(
  ({ namespace }) => namespace !== METRIC_NAMESPACE,
);

const toKey = (names: Iterable<string>) => [...names].sort().join(" ");

describe("a metric of AWS's own", () => {
  const all = foreign.map((metric) => ({ ...metric, under: toKey(Object.keys(metric.dimensions)) }));
  const keyOf = ({ namespace, name, under, statistic }: (typeof all)[number]) =>
    [namespace, name, under, statistic].join(" ");
  const used = [...new Map(all.map((metric) => [keyOf(metric), metric])).values()];

  test.each(used)("$namespace $name under $under, its $statistic, is documented", (metric) => {
    const found = documentedMetrics.find(
      ({ namespace, names }) => namespace === metric.namespace && names.includes(metric.name),
    );
    expect(found?.dimensions.map(toKey)).toContain(metric.under);
    expect(found?.statistics).toContain(metric.statistic.replace(/^p[\d.]+$/, "p"));
    expect(metric.dimensions).toMatchObject(found?.values ?? {});
  });

  test("is on the list only while it is used", () => {
    const names = new Set(used.map(({ namespace, name }) => `${namespace} ${name}`));
    const listed = documentedMetrics.flatMap(({ namespace, names: all }) => all.map((name) => `${namespace} ${name}`));
    expect(listed.sort()).toEqual([...names].sort());
  });
});

/** What AWS says to its own console, as the CDK carries it: names by method, and dimensions by the method's types. */
function knownToCdk(module: string): Set<string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("aws-cdk-lib")), `aws-${module}`, "lib");
  const read = (ending: string) => readFileSync(join(folder, `${module}-canned-metrics.generated.${ending}`), "utf8");
  const calls = read("js").matchAll(/static (\w+)\(dimensions\)\{return\{namespace:"([^"]+)",metricName:"([^"]+)"/g);
  const metrics = new Map([...calls].map(([, method = "", namespace, name]) => [method, `${namespace} ${name}`]));
  const typed = read("d.ts").matchAll(/static (\w+)\(this: void, dimensions: \{([^}]*)\}/g);
  return new Set(
    [...typed].map(([, method = "", dimensions = ""]) => {
      const names = [...dimensions.matchAll(/(\w+): string/g)].map(([, name = ""]) => name);
      return `${metrics.get(method)} ${toKey(names)}`;
    }),
  );
}

describe("the list of documented metrics", () => {
  const known = new Set(["apigatewayv2", "dynamodb", "lambda", "s3", "sqs"].flatMap((name) => [...knownToCdk(name)]));
  const listed = documentedMetrics.flatMap(({ namespace, names, dimensions }) =>
    names.flatMap((name) => dimensions.map((under) => `${namespace} ${name} ${toKey(under)}`)),
  );

  test.each(listed)("agrees with the CDK's own: %s", (metric) => {
    expect(known).toContain(metric);
  });
});
