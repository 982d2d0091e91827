/**
 * What the emulator lacks, why that matters here, and what looks at the same thing instead. The command reads this
 * list: what is not on it has to deploy and to pass. `test/unit/deployed-gaps.test.ts` looks whether the witnesses exist.
 */

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** A test that looks at the same thing: its file, and words of its name. */
export interface Witness {
  file: string;
  test: string;
}

/** A part of a template that the emulator refuses, and that is left out for it. */
interface MissingResource {
  is(resource: Resource): boolean;
  reason: string;
  instead: Witness;
}

/** Left out of the templates before they are deployed. */
export const missingResources: MissingResource[] = [
  {
    is: ({ Type }) => Type === "AWS::Logs::QueryDefinition",
    reason: "No such resource type; nothing but a person uses saved queries",
    instead: { file: "test/cdk/operations.test.ts", test: "is kept, and reads the logs of functions that are there" },
  },
  {
    is: ({ Type }) => Type === "AWS::ResourceGroups::Group",
    reason: "No such resource type; nothing but the console uses the group",
    instead: { file: "test/cdk/operations.test.ts", test: "one list has every resource of the stage" },
  },
  {
    is: ({ Type, Properties }) => Type === "AWS::CloudWatch::Alarm" && Properties?.Metrics !== undefined,
    reason: "No alarms on metric math; those on one metric stay",
    instead: { file: "test/cdk/operations.test.ts", test: "keeps CloudWatch's limits" },
  },
];

/** An attribute that a resource does not have there; the issuer's address stands in for it. */
export const missingAttribute = {
  name: "ProviderURL",
  reason: "AWS::Cognito::UserPool has it on AWS; without it the outputs of the stack cannot be made",
  instead: { file: "test/cdk/data-stack.test.ts", test: "is the issuer that the functions are told of" },
};

/** Tests that a deployment there cannot pass: a whole file, or what the name of a test holds. */
export interface FailingTests {
  file: string;
  /** Parts of names; without them the file is not run at all. */
  tests?: string[];
  /** They are not even tried where they would bring down what comes after them. */
  isTried?: false;
  reason: string;
  /** Without it the same test on the local host, by `npm test`. */
  instead?: Witness;
}

const own = "It needs what only a host of its own has: a data folder, processes to kill, a second host beside it";
const tooMany = "A function is a process there for each call at once: fifty or more outlast the gateway's 29 s";

export const failingTests: FailingTests[] = [
  // Whole files about single machines, other engines, deaths and loads; each starts or breaks something of its own.
  ...[
    ...["approval-races", "archive", "clock-jumps", "costs", "crash", "cut-connections", "recipes", "transfer-many"],
    ...["history-since", "retention", "purge", "sweep", "sweep-crash", "sweep-faults", "sweep-leftovers", "quotas"],
    ...[
      "sweep-property",
      "uploads-crash",
      "counts.property",
      "access",
      "isolation",
      "transfer",
      "released",
      "keep-newest",
    ],
    ...["poison-file"],
  ].map((file) => ({ file, reason: own })),
  ...["bulk", "counts-at-once", "history-limits", "identical-bytes"].map((file) => ({ file, reason: tooMany })),
  { file: "files", tests: ["loses nothing when many uploads come at once"], isTried: false, reason: tooMany },
  { file: "logs", tests: ["fifty at once lose nothing"], isTried: false, reason: tooMany },
  { file: "reuse", tests: ["fifty calls at once"], isTried: false, reason: tooMany },
  {
    file: "history-endings",
    tests: ["a session that is deleted while many write"],
    isTried: false,
    reason: tooMany,
  },
  { file: "files", tests: ["although the query function's process died"], reason: own },
  { file: "history-endings", tests: ["between the publication and what describes it"], reason: own },
  { file: "query-results", tests: ["ends its statement with it"], reason: own },
  {
    file: "cache",
    tests: ["counts 48 hours to the millisecond", "a day's share of one session"],
    reason: "They measure with stores of the test's own, whose settings the functions there do not share",
  },
  ...["cache", "documents"].map((file) => ({
    file,
    tests: ["guests and services"],
    reason: "It asks an API of the test's own process, which knows other services than the deployment",
  })),
  {
    file: "half-done-calls",
    reason:
      "Its API runs in the test's own process on a clock that is set ahead, and nobody can clear away what is yet to begin",
  },
  {
    file: "isolation-second-wall",
    reason: "Its handlers run in the test's own process, with a wall torn down: nothing of it is deployed",
  },
  {
    file: "uploads-by-form",
    reason:
      "The emulator answers no SHA-256 of an object that a form made, and holds a form to none: nothing can be verified",
    instead: { file: "test/integration/s3/forms.test.ts", test: "stores the type and metadata that its policy names" },
  },
  {
    file: "uploads-in-parts",
    reason: "The emulator's CRC-32 of a joined object is not that of its bytes, and the upload is rightly refused",
    instead: { file: "test/integration/s3/multipart.test.ts", test: "of type FULL_OBJECT are those of the bytes" },
  },
  {
    file: "client-package",
    tests: ["walks in Node, with files on disk"],
    reason: "No SHA-256 of what a form made, and the client has it checked",
  },
  {
    file: "upload-borders",
    reason: "The same two: checksums of forms and of joined parts",
    instead: { file: "test/integration/s3/forms.test.ts", test: "accepts a file of exactly the largest size" },
  },
  {
    file: "sessions",
    tests: ["went away by TTL"],
    reason: "TTL is the emulator's own affair there, and comes by a clock that no test can set",
    instead: { file: "test/cdk/topology.test.ts", test: "purge sees removals of sessions and nothing else" },
  },
  {
    file: "contract",
    tests: ["and hears"],
    reason: "Its gateway answers OPTIONS by itself",
    instead: { file: "test/integration/local/gateway.test.ts", test: "open routes go by method and exact path" },
  },
];

/** One walk through each part, for a short run. */
export const core = ["sessions", "conversions", "history"].map((name) => `test/acceptance/${name}.test.ts`);
