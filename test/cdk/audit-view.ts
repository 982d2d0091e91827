import { Template } from "aws-cdk-lib/assertions";
import { makeStacks, stageOptions } from "./support.ts";

/** As the assertions of CDK type them. */
type Properties = ReturnType<Template["findResources"]>[string];

/** A statement of a policy, with one action or resource as a list of one. */
export interface Statement {
  readonly effect: string;
  readonly principal: unknown;
  readonly actions: string[];
  readonly resources: unknown[];
  readonly conditions: Record<string, Record<string, unknown>>;
}

/** Both stacks of a stage as an auditor goes through them: all resources of a type, whichever stack has them. */
export function auditView(name: "dev" | "prod") {
  const stacks = makeStacks(name);
  const resources: Record<string, { Type: string; Properties: Properties }> = {};
  for (const stack of [stacks.data, stacks.service])
    Object.assign(resources, Template.fromStack(stack).toJSON().Resources);
  const entriesOf = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  return {
    ...stacks,
    options: stageOptions(name),
    types: [...new Set(Object.values(resources).map(({ Type }) => Type))],
    idsOf: (type: string) => entriesOf(type).map(([id]) => id),
    allOf: (type: string) => entriesOf(type).map(([, { Properties }]) => Properties),
    /** Of policies of a resource or of a role, by their type. */
    statementsOf: (type: string) => entriesOf(type).flatMap(([, { Properties }]) => toStatements(Properties)),
  };
}

export type AuditView = ReturnType<typeof auditView>;

/** The statements of one policy. */
export function toStatements({ PolicyDocument }: Properties): Statement[] {
  return PolicyDocument.Statement.map((statement: Properties) => ({
    effect: statement.Effect,
    principal: statement.Principal,
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat(),
    conditions: statement.Condition ?? {},
  }));
}

/** Whether it keeps out everybody who does not use TLS. */
export function deniesPlainText({ effect, principal, conditions }: Statement): boolean {
  const everybody = principal === "*" || (principal as { AWS?: string }).AWS === "*";
  return effect === "Deny" && everybody && conditions.Bool?.["aws:SecureTransport"] === "false";
}
