/** The stacks that are deployed onto the emulator: those of `cdk/app.ts`, under a stage of their own. */
import { readFileSync } from "node:fs";
import { App, Tags } from "aws-cdk-lib";
import { addStacks } from "../../cdk/app.ts";
import { DataStack } from "../../cdk/data-stack.ts";
import { parseStage } from "../../cdk/stage.ts";
import { poolStage, settings, stageName } from "./settings.ts";

const { dev } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")).context;

const app = new App();
const stage = parseStage(stageName, {
  ...dev,
  // The throttle is not what is looked at here, and the suite is in a hurry.
  http: { ...dev.http, requestsPerSecond: 10_000, burst: 5_000 },
  identity: {
    ...dev.identity,
    oidc: { issuer: app.node.getContext("issuer"), audience: settings.audience },
    services: settings.services,
    guestsAllowed: true,
  },
  limits: settings.limits,
  logs: { ...dev.logs, level: "INFO" },
});
addStacks(app, stage);
// An issuer of one's own leaves out the user pool, so the stack that has one is made beside them.
const pool = parseStage(poolStage, dev);
Tags.of(new DataStack(app, `cubby-${poolStage}-data`, { stage: pool })).add("stage", poolStage);
app.synth();
