import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll } from "vitest";
import { addStacks } from "../../cdk/app.ts";
import { parseStage, type StageOptions } from "../../cdk/stage.ts";

const cdkJson = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));

// CDK leaves every synthesized app in the temporary folder; one folder per test file can be removed at its end.
const output = mkdtempSync(join(tmpdir(), "cubby-cdk-"));
afterAll(() => rmSync(output, { recursive: true, force: true }));

/** What a stage of cdk.json says, as a fresh copy to change. */
export function stageOptions(name: "dev" | "prod"): StageOptions {
  return structuredClone(cdkJson.context[name]);
}

/** The stacks as `cdk synth` makes them, feature flags included; code is bundled only when asked for. */
export function makeStacks(
  name: "dev" | "prod" = "dev",
  options: StageOptions = stageOptions(name),
  { bundling = false } = {},
) {
  const context = { ...cdkJson.context, ...(bundling ? {} : { "aws:cdk:bundling-stacks": [] }) };
  const made = new App({ outdir: mkdtempSync(join(output, "out-")), context, analyticsReporting: false });
  return { app: made, ...addStacks(made, parseStage(name, options)) };
}

/** Both templates of a stage. */
export function makeTemplates(name?: "dev" | "prod", options?: StageOptions) {
  const { data, service } = makeStacks(name, options);
  return { data: Template.fromStack(data), service: Template.fromStack(service) };
}
