import { ENV, type Environment } from "../../../shared/config.ts";
import type { FunctionTopology, Permission } from "../../topology.ts";

/** What the host knows once its engines and servers are up. */
export interface HostValues {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  bucket: string;
  table: string;
  s3: string;
  dynamodb: string;
  /** Address of the host's own Lambda and SQS endpoints. */
  services: string;
  queueUrl: string;
  issuer: string;
  audience: string;
  jwksUri: string;
  guestsAllowed: string;
  /** Settings that a person may give: `MAX_SESSIONS` and its kind. */
  settings: Record<string, string>;
}

/** Names that the host sets by itself; everything else in `ENV` is a setting that passes through. */
const hostNames = new Set<string>([
  ENV.bucket,
  ENV.table,
  ENV.conversionQueueUrl,
  ENV.convertFunction,
  ENV.queryFunction,
  ENV.guestsAllowed,
  ENV.oidcIssuer,
  ENV.oidcAudience,
  ENV.forcePathStyle,
]);

/** Set beside `OIDC_ISSUER`: on AWS the keys are found from the issuer, here both are this host. */
export const JWKS_URI = "OIDC_JWKS_URI";

/** The settings among `env` that functions may see. */
export function pickSettings(env: Environment): Record<string, string> {
  const names = [...Object.values<string>(ENV).filter((name) => !hostNames.has(name)), "LOG_LEVEL"];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Each permission with the names that go with it, as the stacks grant both in one step. */
function grant(permission: Permission, values: HostValues): Record<string, string> {
  switch (permission) {
    case "table_read":
    case "table_read_write":
      return { [ENV.table]: values.table, AWS_ENDPOINT_URL_DYNAMODB: values.dynamodb };
    case "bucket_read_write":
    case "bucket_purge":
      return { [ENV.bucket]: values.bucket, [ENV.forcePathStyle]: "true", AWS_ENDPOINT_URL_S3: values.s3 };
    case "queue_send":
      return { [ENV.conversionQueueUrl]: values.queueUrl, AWS_ENDPOINT_URL_SQS: values.services };
    case "invoke_convert":
      return { [ENV.convertFunction]: "convert", AWS_ENDPOINT_URL_LAMBDA: values.services };
    case "invoke_query":
      return { [ENV.queryFunction]: "query", AWS_ENDPOINT_URL_LAMBDA: values.services };
  }
}

/**
 * The whole environment of one function. A function without permissions gets no address, no credentials and no
 * region: there is nothing for it to reach, and nothing that escapes from it can find a key.
 */
export function functionEnvironment(
  name: string,
  topology: FunctionTopology,
  values: HostValues,
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(topology.memoryMb),
  };
  if (topology.permissions.length > 0) {
    Object.assign(environment, values.settings, {
      AWS_REGION: values.region,
      AWS_ACCESS_KEY_ID: values.accessKeyId,
      AWS_SECRET_ACCESS_KEY: values.secretAccessKey,
    });
  }
  for (const permission of topology.permissions) Object.assign(environment, grant(permission, values));
  if (topology.triggers.some(({ kind }) => kind === "http" || kind === "authorizer")) {
    Object.assign(environment, {
      [ENV.oidcIssuer]: values.issuer,
      [ENV.oidcAudience]: values.audience,
      [JWKS_URI]: values.jwksUri,
      [ENV.guestsAllowed]: values.guestsAllowed,
    });
  }
  return environment;
}

/** What a client in the host's own process (a test, say) needs to reach everything. */
export function hostEnvironment(values: HostValues): Record<string, string> {
  return {
    ...values.settings,
    AWS_REGION: values.region,
    AWS_ACCESS_KEY_ID: values.accessKeyId,
    AWS_SECRET_ACCESS_KEY: values.secretAccessKey,
    ...grant("table_read_write", values),
    ...grant("bucket_read_write", values),
    ...grant("queue_send", values),
    ...grant("invoke_convert", values),
    ...grant("invoke_query", values),
    [ENV.oidcIssuer]: values.issuer,
    [ENV.oidcAudience]: values.audience,
    [JWKS_URI]: values.jwksUri,
    [ENV.guestsAllowed]: values.guestsAllowed,
  };
}
