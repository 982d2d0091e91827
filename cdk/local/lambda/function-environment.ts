import { ENV, type Environment } from "../../../shared/config.ts";
import { functionNameOf } from "../names.ts";
import { type FunctionTopology, nodeOptions, type Permission } from "../../topology.ts";

/** What the host knows once its engines and servers are up. */
export interface HostValues {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  bucket: string;
  table: string;
  s3: string;
  dynamodb: string;
  /** Address of the host's own Lambda, SQS and SSM endpoints. */
  services: string;
  queueUrl: string;
  retentionParameter: string;
  issuer: string;
  audience: string;
  /** Where the issuer's keys are; empty where its discovery document says so, as on AWS. */
  jwksUri: string;
  guestsAllowed: string;
  /** With which client, and for what, the page signs people in; empty where it does not. */
  oidcClientId: string;
  oidcScope: string;
  /** Where the built page is. */
  pageFolder: string;
  /** Client id of each service → what its users' ids begin with, as JSON. */
  serviceNamespaces: string;
  /** Settings that a person may give: `MAX_SESSIONS` and its kind. */
  settings: Record<string, string>;
}

/** Names that the host sets by itself; everything else in `ENV` is a setting that passes through. */
const hostNames = new Set<string>([
  ENV.functionName,
  ENV.bucket,
  ENV.table,
  ENV.conversionQueueUrl,
  ENV.convertFunction,
  ENV.queryFunction,
  ENV.archiveFunction,
  ENV.guestsAllowed,
  ENV.oidcIssuer,
  ENV.oidcAudience,
  ENV.oidcJwksUri,
  ENV.oidcClientId,
  ENV.oidcScope,
  ENV.storageOrigin,
  ENV.pageFolder,
  ENV.serviceNamespaces,
  ENV.forcePathStyle,
  ENV.retentionParameter,
]);

/** The settings among `env` that functions may see. */
export function pickSettings(env: Environment): Record<string, string> {
  const names = [...Object.values<string>(ENV).filter((name) => !hostNames.has(name)), "LOG_LEVEL"];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Each permission with the names that go with it, as the stacks grant both in one step. */
function grant(permission: Permission, values: HostValues): Record<string, string> {
  switch (permission) {
    case "table_read":
    case "table_update":
    case "table_read_write":
    case "index_read":
      return { [ENV.table]: values.table, AWS_ENDPOINT_URL_DYNAMODB: values.dynamodb };
    case "bucket_read_write":
    case "bucket_purge":
    case "exports_write":
    case "exports_purge":
      return { [ENV.bucket]: values.bucket, [ENV.forcePathStyle]: "true", AWS_ENDPOINT_URL_S3: values.s3 };
    case "queue_send":
      return { [ENV.conversionQueueUrl]: values.queueUrl, AWS_ENDPOINT_URL_SQS: values.services };
    case "retention_read":
      return { [ENV.retentionParameter]: values.retentionParameter, AWS_ENDPOINT_URL_SSM: values.services };
    case "invoke_convert":
      return { [ENV.convertFunction]: "convert", AWS_ENDPOINT_URL_LAMBDA: values.services };
    case "invoke_query":
      return { [ENV.queryFunction]: "query", AWS_ENDPOINT_URL_LAMBDA: values.services };
    case "invoke_archive":
      return { [ENV.archiveFunction]: "archive", AWS_ENDPOINT_URL_LAMBDA: values.services };
  }
}

/** Whom the functions that see callers believe. */
function identity({ issuer, audience, jwksUri, guestsAllowed, serviceNamespaces }: HostValues): Record<string, string> {
  return {
    [ENV.oidcIssuer]: issuer,
    [ENV.oidcAudience]: audience,
    ...(jwksUri === "" ? {} : { [ENV.oidcJwksUri]: jwksUri }),
    [ENV.guestsAllowed]: guestsAllowed,
    [ENV.serviceNamespaces]: serviceNamespaces,
  };
}

/** What the page is told, and its content security policy with it. */
function page(values: HostValues): Record<string, string> {
  return {
    [ENV.storageOrigin]: new URL(values.s3).origin,
    [ENV.pageFolder]: values.pageFolder,
    [ENV.guestsAllowed]: values.guestsAllowed,
    ...(values.oidcClientId !== "" && {
      [ENV.oidcIssuer]: values.issuer,
      [ENV.oidcClientId]: values.oidcClientId,
      [ENV.oidcScope]: values.oidcScope,
    }),
  };
}

/** Who a client is to the engines and services of this host. */
function credentials({ region, accessKeyId, secretAccessKey }: HostValues): Record<string, string> {
  return { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
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
  const { memoryMb, permissions, triggers } = topology;
  const seesCallers = triggers.some(({ kind }) => kind === "http" || kind === "authorizer");
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    NODE_OPTIONS: nodeOptions(topology),
    [ENV.functionName]: functionNameOf(name),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    ...(permissions.length > 0 ? { ...values.settings, ...credentials(values) } : {}),
    ...Object.assign({}, ...permissions.map((permission) => grant(permission, values))),
    ...(seesCallers ? identity(values) : {}),
    ...(triggers.some(({ kind }) => kind === "page") ? page(values) : {}),
  };
}

/** What a client in the host's own process (a test, say) needs to reach everything. */
export function hostEnvironment(values: HostValues): Record<string, string> {
  return {
    ...values.settings,
    ...credentials(values),
    ...grant("table_read_write", values),
    ...grant("bucket_read_write", values),
    ...grant("queue_send", values),
    ...grant("retention_read", values),
    ...grant("invoke_convert", values),
    ...grant("invoke_query", values),
    ...grant("invoke_archive", values),
    ...identity(values),
  };
}
