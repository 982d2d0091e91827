/** Prints the templates of a stage called "local", whose names are those that the local host counts under, as JSON. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { addStacks } from "../../cdk/app.ts";
import { parseStage } from "../../cdk/stage.ts";

const outdir = mkdtempSync(join(tmpdir(), "cubby-cdk-"));
try {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [] }, analyticsReporting: false });
  const { service, data } = addStacks(app, parseStage("local", context.dev));
  const [one, other] = [service, data].map((stack) => Template.fromStack(stack).toJSON());
  process.stdout.write(JSON.stringify({ service: one, data: other }));
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
