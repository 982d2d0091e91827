import { ENV, type Environment } from "../../shared/config.ts";
import type { Engines } from "./engines/engines.ts";
import { ACCOUNT_ID } from "./gateway/http-event.ts";
import { type HostValues, pickSettings } from "./lambda/function-environment.ts";
import { AUDIENCE } from "./token-issuer.ts";

/** A function's whole name, by which it counts, as a stage called "local" would have it. */
export function functionNameOf(name: string): string {
  return `cubby-local-${name}`;
}

/** Name of the conversion queue. */
export const QUEUE_NAME = "cubby-conversions";

/** Name of the parameter with the retention rules; its value is a file of the data folder. */
const RETENTION_PARAMETER = "/cubby/local/retention";

/** Services that a developer token may be for out of the box, each with what its users' ids begin with. */
const DEVELOPER_SERVICES = { "telegram-bot": "telegram_", "discord-bot": "discord_" };

/** Bucket and table; other names keep two hosts apart on one pair of other engines. */
export function names(env: Environment): { bucket: string; table: string } {
  return { bucket: env[ENV.bucket] || "cubby-local", table: env[ENV.table] || "cubby-local" };
}

/** Origins whose pages may use API and bucket: any, unless `CORS_ORIGINS` lists them with commas, as a stage would. */
export function corsOriginsOf(env: Environment): string[] {
  return (env.CORS_ORIGINS || "*").split(",").map((origin) => origin.trim());
}

/** Everything that functions may be told, from the environment and from what was started. */
export function toHostValues(parts: {
  env: Environment;
  region: string;
  engines: Pick<Engines, "s3" | "dynamodb" | "accessKeyId" | "secretAccessKey">;
  services: string;
  /** Address of this host, the issuer of its own tokens. */
  issuer: string;
  pageFolder: string;
}): HostValues {
  const { env, region, engines, services } = parts;
  const { accessKeyId, secretAccessKey, s3, dynamodb } = engines;
  // A person's own identity provider goes before the one that this host has.
  const issuer = env[ENV.oidcIssuer] || parts.issuer;
  return {
    ...{ region, accessKeyId, secretAccessKey, s3, dynamodb, services, issuer, ...names(env) },
    retentionParameter: RETENTION_PARAMETER,
    queueUrl: `${services}/${ACCOUNT_ID}/${QUEUE_NAME}`,
    audience: env[ENV.oidcAudience] || AUDIENCE,
    jwksUri: env[ENV.oidcJwksUri] || "",
    oidcClientId: env[ENV.oidcClientId] || "",
    oidcScope: env[ENV.oidcScope] || "openid",
    pageFolder: parts.pageFolder,
    guestsAllowed: env[ENV.guestsAllowed] || "true",
    serviceNamespaces: env[ENV.serviceNamespaces] || JSON.stringify(DEVELOPER_SERVICES),
    settings: pickSettings(env),
  };
}
