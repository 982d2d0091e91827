import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { makeStacks } from "./support.ts";

describe("cdk-nag AwsSolutions", () => {
  test.each(["dev", "prod"] as const)("finds nothing in %s that has no reason beside it", (stage) => {
    const { app } = makeStacks(stage);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});
