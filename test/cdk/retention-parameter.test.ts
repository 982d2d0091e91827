import { expect, test } from "vitest";
import { makeTemplates } from "./support.ts";

test.each(["dev", "prod"] as const)(
  "the retention parameter of %s is exactly what it was when it was made",
  (stage) => {
    const [entry, ...others] = Object.values(makeTemplates(stage).data.findResources("AWS::SSM::Parameter"));
    expect(others).toEqual([]);
    // CloudFormation writes the template's value over the operators' whenever any of this changes.
    expect(entry?.Properties).toEqual({
      Name: `/cubby/${stage}/retention`,
      Description: "When sessions end, where it differs from the stage's options; takes effect within a minute",
      Type: "String",
      Tier: "Standard",
      Value: "{}",
      AllowedPattern: "^\\s*\\{[\\s\\S]*\\}\\s*$",
      Tags: { application: "cubby", stage },
    });
  },
);
