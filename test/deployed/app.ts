/** The stacks that are deployed onto the emulator: those of `cdk/app.ts`, under a stage of their own. */
import { App, Tags } from "aws-cdk-lib";
import { addStacks } from "../../cdk/app.ts";
import { DataStack } from "../../cdk/data-stack.ts";
import { parseStage } from "../../cdk/stage.ts";
import { poolStage, stageName } from "./settings.ts";
import { devOptions, emulatedOptions } from "./stage.ts";

const app = new App();
addStacks(app, parseStage(stageName, emulatedOptions(app.node.getContext("issuer"))));
// An issuer of one's own leaves out the user pool, so the stack that has one is made beside them.
const pool = parseStage(poolStage, devOptions);
Tags.of(new DataStack(app, `cubby-${poolStage}-data`, { stage: pool })).add("stage", poolStage);
app.synth();
