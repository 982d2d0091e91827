/**
 * What the emulator lacks, why that matters here, and what looks at the same thing instead. The command reads this
 * list: what is not on it has to deploy and to pass.
 */

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** A part of a template that the emulator refuses, and that is left out for it. */
interface MissingResource {
  is(resource: Resource): boolean;
  reason: string;
  instead: string;
}

/** Left out of the templates before they are deployed. */
export const missingResources: MissingResource[] = [
  {
    is: ({ Type }) => Type === "AWS::Logs::QueryDefinition",
    reason: "No such resource type; nothing but a person uses saved queries",
    instead: "test/cdk/operations.test.ts",
  },
  {
    is: ({ Type }) => Type === "AWS::ResourceGroups::Group",
    reason: "No such resource type; nothing but the console uses the group",
    instead: "test/cdk/operations.test.ts",
  },
  {
    is: ({ Type, Properties }) => Type === "AWS::CloudWatch::Alarm" && Properties?.Metrics !== undefined,
    reason: "No alarms on metric math; those on one metric stay",
    instead: "test/cdk/operations.test.ts",
  },
];

/** An attribute that a resource does not have there; the issuer's address stands in for it. */
export const missingAttribute = {
  name: "ProviderURL",
  reason: "AWS::Cognito::UserPool has it on AWS; without it the outputs of the stack cannot be made",
  instead: "test/cdk/data-stack.test.ts",
};

/** Tests that a deployment there cannot pass: a whole file, or what the name of a test holds. */
export interface FailingTests {
  file: string;
  /** Parts of names; without them the file is not run at all. */
  tests?: string[];
  reason: string;
  instead: string;
}

export const failingTests: FailingTests[] = [];

/** One walk through each part, for a short run. */
export const core: string[] = ["sessions", "documents", "conversions", "query-results", "history"].map(
  (name) => `test/acceptance/${name}.test.ts`,
);
