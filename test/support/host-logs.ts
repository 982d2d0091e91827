import type { Host } from "../../cdk/local/host.ts";
import { findDeployment } from "./deployed-host.ts";
import { readDeployedLogs } from "./deployed-logs.ts";
import { assertNoSecrets, assertNoSecretsInLogs } from "./secret-free-logs.ts";
import type { Secret } from "./sent-secrets.ts";

/**
 * Throws when a log of this host holds a secret, or one of those that were `sent`; where a deployment stands in for the
 * host, when one of its has since then, in milliseconds since 1970: its logs are those of earlier test files, too.
 */
export async function assertNoSecretsBy(host: Host, since: number, sent: readonly Secret[]): Promise<void> {
  const deployment = findDeployment();
  if (deployment === undefined) assertNoSecretsInLogs(host.dataDirectory, sent);
  else assertNoSecrets(await readDeployedLogs(deployment, since), sent);
}
