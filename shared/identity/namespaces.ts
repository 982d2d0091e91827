/**
 * Which users belong to which service: a bot registered for `telegram_` may act for `telegram_12345` and for nobody
 * else, and nobody but that bot is ever `telegram_12345`.
 */
import { AppError } from "../errors.ts";
import { GUEST_PREFIX, isPrincipalId, type Principal } from "./principal.ts";

/** Client id of a service → what the ids of its users begin with. */
export type Namespaces = ReadonlyMap<string, string>;

/** The header in which a service names the user it acts for. */
export const USER_HEADER = "Cubby-User-Id";

/** Throws a sentence about the first prefix that could let two services, or a service and a guest, be one user. */
export function assertPrefixes(prefixes: readonly string[]): void {
  for (const [index, prefix] of prefixes.entries()) {
    // A separator at the end, or `t` would take every user whose name begins with a t.
    if (!isPrincipalId(prefix) || !/.[_.:@|+-]$/u.test(prefix) || prefix.length > 64) {
      throw new Error(`Cannot give a service the users "${prefix}": a prefix is 2-64 characters such as "telegram_"`);
    }
    const taken = [GUEST_PREFIX, ...prefixes.slice(0, index)].find((other) => overlap(prefix, other));
    if (taken !== undefined) {
      throw new Error(`Cannot give a service the users "${prefix}": they overlap with those of "${taken}"`);
    }
  }
}

function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

/** `{"telegram-bot":"telegram_"}` → namespaces; throws at start where it could mean two things. */
export function parseNamespaces(text: string): Namespaces {
  const entries = Object.entries(parseObject(text));
  for (const [clientId, prefix] of entries) {
    if (!isPrincipalId(clientId)) throw new Error(`Cannot register the service "${clientId}": not a client id`);
    if (typeof prefix !== "string") throw new Error(`Cannot register the service "${clientId}": name a prefix as text`);
  }
  assertPrefixes(entries.map(([, prefix]) => String(prefix)));
  return new Map(entries.map(([clientId, prefix]) => [clientId, String(prefix)]));
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error('Cannot read the services\' namespaces: send JSON such as {"telegram-bot":"telegram_"}');
}

/** True for ids that only a guest or a service's user may have. */
export function isReserved(userId: string, namespaces: Namespaces): boolean {
  return [GUEST_PREFIX, ...namespaces.values()].some((prefix) => userId.startsWith(prefix));
}

/**
 * Applies the header that names a service's user. Anyone else who sends it is refused, rather than left to believe
 * that he acts for somebody.
 */
export function actFor(principal: Principal, header: string | undefined, namespaces: Namespaces): Principal {
  if (header === undefined) return principal;
  if (principal.kind !== "service") {
    throw new AppError(
      "invalid_request",
      `Cannot act for another user: only services send the header \`${USER_HEADER}\``,
    );
  }
  const userId = parseUserHeader(header);
  const prefix = namespaces.get(principal.clientId);
  if (prefix === undefined) {
    throw new AppError("not_allowed", `Cannot act for "${userId}": "${principal.clientId}" is registered for no users`);
  }
  if (!userId.startsWith(prefix) || userId.length === prefix.length) {
    throw new AppError("not_allowed", `Cannot act for "${userId}": users of this service begin with "${prefix}"`);
  }
  return { ...principal, userId };
}

/** Headers carry no Unicode: letters beyond ASCII come percent-encoded. `%` itself is in no id. */
function parseUserHeader(header: string): string {
  let userId: string | undefined;
  try {
    userId = decodeURIComponent(header);
  } catch {
    userId = undefined;
  }
  if (isPrincipalId(userId)) return userId;
  throw new AppError(
    "invalid_request",
    `Cannot read the header \`${USER_HEADER}\`: send one user id of 1-128 characters`,
  );
}
