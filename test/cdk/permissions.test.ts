/** What every role of the service may do stands in PERMISSIONS.md, where a reader sees it, and in the template. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeTemplates } from "./support.ts";

const { service } = makeTemplates();

const document = readFileSync(new URL("../../cdk/PERMISSIONS.md", import.meta.url), "utf8");

/** The document's table: `action resource` by role, and that each row says what for. */
const allowed: Record<string, string[]> = {};
for (const line of document.split("\n").filter((text) => /^\| [a-z]+ \| [a-z\d]+: /.test(text))) {
  const [role = "", may = "", on = "", reason = ""] = line
    .split("|")
    .slice(1)
    .map((cell) => cell.trim());
  if (reason === "") throw new Error(`Cannot read "${line}": it gives no reason`);
  const [service, actions = ""] = may.split(": ");
  allowed[role] = [...(allowed[role] ?? []), ...actions.split(", ").map((action) => `${service}:${action} ${on}`)];
}

describe("permissions", () => {
  test.each(Object.keys(allowed))("%s may do exactly what is written down", (name) => {
    expect(grantedTo(name)).toEqual([...(allowed[name] ?? [])].sort());
  });

  test("there is no role but these, and none has a policy that AWS manages", () => {
    const roles = Object.values(service.findResources("AWS::IAM::Role"));
    expect(roles.map(({ Properties }) => ownerOf(Properties.Description)).sort()).toEqual(Object.keys(allowed).sort());
    for (const { Properties } of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toBeUndefined();
    }
  });
});

/** "What cubby-dev-api may do" → "api". */
function ownerOf(description: string): string {
  return /^What (?:cubby-dev-|the )(\w+) may do$/.exec(description)?.[1] ?? description;
}

/** Every `action resource` that the role's policies allow, sorted. */
function grantedTo(owner: string): string[] {
  const roles = service.findResources("AWS::IAM::Role");
  const roleId = Object.keys(roles).find((id) => ownerOf(roles[id]?.Properties.Description) === owner);
  const granted = Object.values(service.findResources("AWS::IAM::Policy"))
    .filter(({ Properties }) => Properties.Roles.some((role: { Ref: string }) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, NotAction, NotResource }) => {
      expect([Effect, NotAction, NotResource]).toEqual(["Allow", undefined, undefined]);
      return [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${said(resource, owner)}`));
    });
  return granted.sort();
}

/** A resource in the words of the table above; what it does not know stays as it is and fails the comparison. */
function said(resource: unknown, owner: string): string {
  if (typeof resource === "string") return resource;
  const text = flatten(resource)
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionsBucket[0-9A-F]{8}Arn[0-9A-F]{8}/, "bucket")
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionTable[0-9A-F]{8}Arn[0-9A-F]{8}/, "table")
    .replace(/^cubby-dev-data:ExportsOutputFnGetAttSessionTable[0-9A-F]{8}StreamArn[0-9A-F]{8}/, "table stream")
    .replace(/^arn:.*:ssm:.*:parametercubby-dev-data:ExportsOutputRefRetentionParameter[0-9A-F]{16}$/, "retention");
  const found = service.toJSON().Resources[text.replace(/\.Arn$/, "")]?.Properties;
  if (found?.LogGroupName === `/aws/lambda/cubby-dev-${owner}`) return "own log";
  return (found?.QueueName ?? found?.FunctionName ?? text).replace(/^cubby-dev-/, "");
}

function flatten(value: unknown): string {
  if (typeof value === "string") return value;
  const intrinsic = value as { "Fn::ImportValue"?: string; "Fn::GetAtt"?: string[]; "Fn::Join"?: [string, unknown[]] };
  if (intrinsic["Fn::Join"]) return intrinsic["Fn::Join"][1].map(flatten).join(intrinsic["Fn::Join"][0]);
  return intrinsic["Fn::ImportValue"] ?? intrinsic["Fn::GetAtt"]?.join(".") ?? JSON.stringify(value);
}
