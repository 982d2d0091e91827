import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { functions } from "../../cdk/topology.ts";
import { ENV } from "../../shared/config.ts";
import { settings } from "../deployed/settings.ts";

/** Names of a host of one's own; the deployment has its own under these. */
const ownNames: readonly string[] = [ENV.bucket, ENV.table];

/** What the stage says where no test asks for anything; the names not among these are then not set at all. */
const ofStage: Record<string, string> = {
  [ENV.oidcAudience]: settings.audience,
  [ENV.guestsAllowed]: "true",
  [ENV.serviceNamespaces]: JSON.stringify(
    Object.fromEntries(settings.services.map(({ clientId, userPrefix }) => [clientId, userPrefix])),
  ),
  [ENV.maxSessions]: String(settings.limits.maxSessions),
};

/** Which functions know a name by the stack; a limit belongs to all that change items. */
const limitNames: readonly string[] = [
  ...[ENV.sessionTimeoutHours, ENV.maxAgeHours, ENV.maxSessions, ENV.maxLiveSessions, ENV.cacheMaxAgeHours],
  ...[ENV.maxFileSizeMb, ENV.maxSessionSizeMb, ENV.maxSessionFiles, ENV.maxUserSizeMb, ENV.retentionRefreshSeconds],
];

/** Gives the functions the settings that a stage with these options would give them. */
export async function applySettings(
  lambda: LambdaClient,
  stage: string,
  asked: Record<string, string | undefined>,
): Promise<void> {
  const wanted = Object.entries({ ...ofStage, ...asked }).filter(([name]) => !ownNames.includes(name));
  for (const [name, { permissions }] of Object.entries(functions)) {
    const FunctionName = `cubby-${stage}-${name}`;
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const before = Environment?.Variables ?? {};
    const isStore = (permissions as readonly string[]).includes("table_read_write");
    const kept = Object.entries(before).filter(([variable]) => !limitNames.includes(variable));
    const given = wanted.filter(([variable]) => (limitNames.includes(variable) ? isStore : variable in before));
    const Variables = Object.fromEntries([...kept, ...given]) as Record<string, string>;
    if (isSame(before, Variables)) continue; // a change starts the function anew
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
