/**
 * What may differ between `dev` and `prod`, and nothing else. The values stand in cdk.json's context, one object per
 * stage; a wrong or unknown option stops the synth and is named. Choose a stage with `-c stage=prod`.
 */
import type { Node } from "constructs";
import type * as z from "zod";
import { type StageOptions, stageOptions } from "./stage-options.ts";

export type { StageOptions };

/** A stage: its name, which every resource's name carries, and its options. */
export interface Stage {
  readonly name: string;
  readonly options: StageOptions;
}

/** Checks one stage's options; throws an error that names every wrong one. */
export function parseStage(name: string, value: unknown): Stage {
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(name)) {
    throw new Error(`Cannot use stage "${name}": a stage's name is up to 16 lower-case letters, digits and hyphens`);
  }
  if (value === undefined) throw new Error(`Cannot use stage "${name}": cdk.json has no options under that name`);
  const result = stageOptions.safeParse(value);
  if (result.success) return { name, options: result.data };
  throw new Error(`Cannot use stage "${name}" of cdk.json: ${result.error.issues.map(toSentence).join("; ")}`);
}

/** Reads the stage that `-c stage=…` chose, or cdk.json's own choice. */
export function readStage(node: Node): Stage {
  const name = String(node.tryGetContext("stage") ?? "dev");
  return parseStage(name, node.tryGetContext(name));
}

function toSentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${[...issue.path, key].join(".")} is not an option`).join("; ");
  }
  return `${issue.path.join(".")}: ${issue.message}`;
}
