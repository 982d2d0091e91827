/**
 * The only reader of `process.env`. The names are constants so that the stacks and the local host set exactly what
 * is read here; a missing value fails at start, by name.
 */
import { type Namespaces, parseNamespaces } from "./identity/namespaces.ts";

export const ENV = {
  /** Set by Lambda itself, and by the local host. */
  functionName: "AWS_LAMBDA_FUNCTION_NAME",
  bucket: "SESSION_BUCKET",
  table: "SESSION_TABLE",
  conversionQueueUrl: "CONVERSION_QUEUE_URL",
  convertFunction: "CONVERT_FUNCTION",
  queryFunction: "QUERY_FUNCTION",
  archiveFunction: "ARCHIVE_FUNCTION",
  guestsAllowed: "GUESTS_ALLOWED",
  oidcIssuer: "OIDC_ISSUER",
  oidcAudience: "OIDC_AUDIENCE",
  oidcJwksUri: "OIDC_JWKS_URI",
  oidcClientId: "OIDC_CLIENT_ID",
  oidcScope: "OIDC_SCOPE",
  storageOrigin: "STORAGE_ORIGIN",
  pageFolder: "PAGE_FOLDER",
  serviceNamespaces: "SERVICE_NAMESPACES",
  sessionTimeoutHours: "SESSION_TIMEOUT_HOURS",
  maxAgeHours: "SESSION_MAX_AGE_HOURS",
  maxSessions: "MAX_SESSIONS",
  maxLiveSessions: "MAX_LIVE_SESSIONS",
  retentionParameter: "RETENTION_PARAMETER",
  retentionRefreshSeconds: "RETENTION_REFRESH_SECONDS",
  cacheMaxAgeHours: "CACHE_MAX_AGE_HOURS",
  maxFileSizeMb: "MAX_FILE_SIZE_MB",
  maxSessionSizeMb: "MAX_SESSION_SIZE_MB",
  maxSessionFiles: "MAX_SESSION_FILES",
  maxUserSizeMb: "MAX_USER_SIZE_MB",
  forcePathStyle: "S3_FORCE_PATH_STYLE",
} as const;

/** Environment variables by name, as `process.env` has them. */
export type Environment = Record<string, string | undefined>;

export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`Cannot start: the environment variable ${name} is not set`);
  return value;
}

/** A positive number up to `most`, or the default where the variable is not set. */
export function positiveNumber(
  env: Environment,
  name: string,
  fallback: number,
  most = Number.POSITIVE_INFINITY,
): number {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(`Cannot start: ${name} must be a positive number, not "${text}"`);
  }
  if (value > most) throw new Error(`Cannot start: ${name} must be at most ${most}, not "${text}"`);
  return value;
}

export function flag(env: Environment, name: string): boolean {
  return env[name] === "true" || env[name] === "1";
}

/** The process's own environment; handlers take it once at start. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Who issues tokens and what for; undefined where a deployment knows guests only. */
export function readOidcSettings(env: Environment) {
  const issuer = env[ENV.oidcIssuer];
  if (issuer === undefined || issuer === "") return undefined;
  if (!isIssuer(issuer)) throw new Error(`Cannot start: ${ENV.oidcIssuer} must be an https address, not "${issuer}"`);
  const audiences = required(env, ENV.oidcAudience).split(",");
  const jwksUri = env[ENV.oidcJwksUri];
  return { issuer, audiences, ...(jwksUri ? { jwksUri } : {}) };
}

/** Keys that came over plain HTTP could be anyone's; on one machine nobody is in between. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
}

/** Which users belong to which service; none where a deployment has no services. */
export function readNamespaces(env: Environment): Namespaces {
  try {
    return parseNamespaces(env[ENV.serviceNamespaces] || "{}");
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new Error(`Cannot start with this ${ENV.serviceNamespaces}: ${reason}`, { cause: error });
  }
}
