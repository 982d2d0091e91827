import { expect, test } from "vitest";
import { toOptionsTable } from "../../cdk/options-table.ts";
import { stageOptions } from "./support.ts";

const introduction = `# Options of a stage

What may differ between stages stands in the context of \`cdk.json\`, one object a stage, and is checked at synth: an option
that is wrong, missing or unknown stops it and is named. This table is made from the schema in \`stage-options.ts\`; after a
change of it, run \`npm run test:cdk -- -u options-document\`. What is left out of \`limits\` has the default that is told here.
Retention may also be changed without a deployment: see the runbook.
`;

test("OPTIONS.md tells every option, what it takes, what it means, and what dev and prod say", async () => {
  const table = toOptionsTable({ dev: stageOptions("dev"), prod: stageOptions("prod") });
  await expect(`${introduction}\n${table}\n`).toMatchFileSnapshot("../../cdk/OPTIONS.md");
});
