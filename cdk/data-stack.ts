import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { RetentionParameter } from "./constructs/retention-parameter.ts";
import { SessionBucket } from "./constructs/session-bucket.ts";
import { SessionTable } from "./constructs/session-table.ts";
import { UserDirectory } from "./constructs/user-directory.ts";
import type { Stage } from "./stage.ts";

export interface DataStackProps extends StackProps {
  readonly stage: Stage;
}

/** Who signs the tokens we accept, and the audiences of which they must name one, separated by commas. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** Each service's client, and what the ids of its users begin with. */
  /** With which client, and for what, the web page signs people in; absent where it has none. */
  readonly webClient?: { readonly clientId: string; readonly scope: string };
  readonly services: readonly { readonly clientId: string; readonly userPrefix: string }[];
}

/**
 * What outlives a deployment: the bucket, the table, the rules of retention and, where the stage names no identity provider, a user pool.
 * A stack of its own, so that the service can be deleted and made again without touching anyone's data.
 */
export class DataStack extends Stack {
  readonly bucket: SessionBucket;
  readonly table: SessionTable;
  readonly retention: RetentionParameter;
  readonly tokenIssuer: TokenIssuer;

  constructor(scope: Construct, id: string, { stage, ...props }: DataStackProps) {
    super(scope, id, {
      description: `Cubby ${stage.name}: files and records of sessions`,
      terminationProtection: stage.options.data.deletionProtection,
      ...props,
    });
    this.bucket = new SessionBucket(this, "Sessions", { stage });
    this.table = new SessionTable(this, "SessionTable", { stage });
    this.retention = new RetentionParameter(this, "Retention", { stage });
    this.tokenIssuer = foreignIssuer(stage) ?? this.addUserDirectory(stage);
    new CfnOutput(this, "BucketName", { value: this.bucket.bucket.bucketName, description: "Files of all sessions" });
    new CfnOutput(this, "TableName", { value: this.table.table.tableName, description: "Records of all sessions" });
    new CfnOutput(this, "RetentionParameter", {
      value: this.retention.parameter.parameterName,
      description: "When sessions end: edit it in the console",
    });
    new CfnOutput(this, "OidcIssuer", { value: this.tokenIssuer.issuer, description: "Whose tokens are accepted" });
  }

  private addUserDirectory(stage: Stage): TokenIssuer {
    const directory = new UserDirectory(this, "Users", { stage });
    const { userPool, webClient, mobileClient, serviceClients, operatorClient, domain, clients } = directory;
    new CfnOutput(this, "UserPoolId", { value: userPool.userPoolId, description: "Where users are added" });
    new CfnOutput(this, "WebClientId", { value: webClient.userPoolClientId, description: "Client id of web pages" });
    new CfnOutput(this, "MobileClientId", { value: mobileClient.userPoolClientId, description: "Client id of apps" });
    new CfnOutput(this, "SignInUrl", { value: domain.baseUrl(), description: "OAuth endpoints and sign-in pages" });
    const secret = [...serviceClients, ...(operatorClient ? [{ name: "operator", client: operatorClient }] : [])];
    for (const { name, client } of secret) {
      const description = `Client id of ${name}; its secret is in the console`;
      new CfnOutput(this, `ClientId-${name}`, { value: client.userPoolClientId, description });
    }
    // Cognito's access tokens name their client where others name the audience: any client of ours will do.
    return {
      issuer: userPool.userPoolProviderUrl,
      audience: clients.map((client) => client.userPoolClientId).join(","),
      ...(stage.options.identity.callbackUrls.length > 0 && {
        webClient: { clientId: webClient.userPoolClientId, scope: "openid cubby/sessions" },
      }),
      services: serviceClients.map(({ client, userPrefix }) => ({ clientId: client.userPoolClientId, userPrefix })),
    };
  }
}

/** The stage's own identity provider, where it has one; there every service names its client. */
function foreignIssuer({ options: { identity } }: Stage): TokenIssuer | undefined {
  if (identity.oidc === undefined) return undefined;
  const services = identity.services.map(({ clientId = "", userPrefix }) => ({ clientId, userPrefix }));
  const { issuer, audience, webClient } = identity.oidc;
  return { issuer, audience, services, ...(webClient !== undefined && { webClient }) };
}
