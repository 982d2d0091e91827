/** cdk.json's entry: reads the stage and makes the two stacks. */
import { App, Tags } from "aws-cdk-lib";
import { DataStack } from "./data-stack.ts";
import { ServiceStack } from "./service-stack.ts";
import { readStage, type Stage } from "./stage.ts";

/** Adds both stacks of a stage to `app`; the tests use the same door as the command line. */
export function addStacks(app: App, stage: Stage = readStage(app.node)): { data: DataStack; service: ServiceStack } {
  const data = new DataStack(app, `cubby-${stage.name}-data`, { stage });
  const service = new ServiceStack(app, `cubby-${stage.name}-service`, { stage, data });
  Tags.of(app).add("application", "cubby");
  Tags.of(app).add("stage", stage.name);
  return { data, service };
}

if (import.meta.main) {
  const app = new App();
  addStacks(app);
  app.synth();
}
