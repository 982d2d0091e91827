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

const own = "It needs what only a host of its own has: a data folder, processes to kill, a second host beside it";
const locally = "the same test on the local host (npm test)";

export const failingTests: FailingTests[] = [
  // Whole files about single machines, other engines, deaths and loads; each starts or breaks something of its own.
  ...[
    ...["approval-races", "archive", "clock-jumps", "costs", "crash", "cut-connections", "recipes", "transfer-many"],
    ...[
      "history-since",
      "retention",
      "purge",
      "sweep",
      "sweep-crash",
      "sweep-faults",
      "sweep-leftovers",
      "test-events",
      "quotas",
    ],
    ...["sweep-property", "uploads-crash", "counts.property", "access", "isolation", "transfer", "released"],
  ].map((file) => ({ file, reason: own, instead: locally })),
  ...["bulk", "counts-at-once", "history-limits", "identical-bytes"].map((file) => ({
    file,
    reason: "A function is a process there for each call at once: sixty calls at once outlast the gateway's 29 s",
    instead: locally,
  })),
  {
    file: "files",
    tests: ["loses nothing when many uploads come at once"],
    reason: "The same: too many processes at once for this machine",
    instead: locally,
  },
  { file: "logs", tests: ["fifty at once lose nothing"], reason: "The same, with fifty calls", instead: locally },
  {
    file: "files",
    tests: ["although the query function's process died"],
    reason: own,
    instead: locally,
  },
  { file: "history-endings", tests: ["between the publication and what describes it"], reason: own, instead: locally },
  {
    file: "principals",
    tests: ["where the stage allows none", "by its discovery document"],
    reason: own,
    instead: locally,
  },
  { file: "query-results", tests: ["ends its statement with it"], reason: own, instead: locally },
  {
    file: "query-results",
    tests: ["GET …/tables/{name}"],
    reason: "A second host of the file clears the sessions of the first: there is one deployment",
    instead: locally,
  },
  {
    file: "cache",
    tests: ["counts 48 hours to the millisecond", "a day's share of one session"],
    reason: "They measure with stores of the test's own, whose settings the functions there do not share",
    instead: locally,
  },
  ...["cache", "documents"].map((file) => ({
    file,
    tests: ["guests and services"],
    reason: "It asks an API of the test's own process, which knows other services than the deployment",
    instead: locally,
  })),
  {
    file: "receipts",
    tests: ["lists mine, newest first", "answers operators for a user"],
    reason: "Receipts of files that ran before stand for a week, and belong to the same users",
    instead: locally,
  },
  {
    file: "uploads-by-form",
    reason:
      "The emulator answers no SHA-256 of an object that a form made, and holds a form to none: nothing can be verified",
    instead: "test/integration/s3/forms.test.ts, also on an independent server (npm run test:engines)",
  },
  {
    file: "uploads-in-parts",
    reason: "The emulator's CRC-32 of a joined object is not that of its bytes, and the upload is rightly refused",
    instead: "test/integration/s3/checksums.test.ts, also on an independent server (npm run test:engines)",
  },
  {
    file: "upload-borders",
    reason: "The same two: checksums of forms and of joined parts",
    instead: "test/integration/s3/forms.test.ts and multipart.test.ts",
  },
  {
    file: "sessions",
    tests: ["went away by TTL"],
    reason: "TTL is the emulator's own affair there, and comes by a clock that no test can set",
    instead: "test/cdk/topology.test.ts for the trigger and its filter; the removal itself by npm run test:engines",
  },
  {
    file: "contract",
    tests: ["and hears"],
    reason: "Its gateway answers OPTIONS by itself",
    instead: "test/integration/local/gateway.test.ts",
  },
  {
    file: "security-headers",
    tests: ["answers its caller and a stranger", "which is no route"],
    reason: "The emulator answers /health by itself, before any API of its",
    instead: "test/unit/api and the same test on the local host",
  },
];

/** One walk through each part, for a short run. */
export const core = ["sessions", "conversions", "history"].map((name) => `test/acceptance/${name}.test.ts`);
