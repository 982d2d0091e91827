import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { makeStacks } from "./support.ts";

describe.each([
  { pack: "AwsSolutions", Checks: AwsSolutionsChecks },
  { pack: "Serverless", Checks: ServerlessChecks },
])("cdk-nag $pack", ({ Checks }) => {
  test.each(["dev", "prod"] as const)("finds nothing in %s that has no reason beside it", (stage) => {
    const { app } = makeStacks(stage);
    Validations.of(app).addPlugins(new Checks(app));
    expect(() => app.synth()).not.toThrow();
  });
});
