/**
 * The public keys of the token issuer: found by its discovery document, kept, and read again when they are an hour old
 * or when a token names one that is not among them.
 *
 * An issuer that does not answer is a fault of ours, never of the token, and never one of tokens whose key is here
 * already: known keys serve on until the issuer is back.
 */
import { createPublicKey, type JsonWebKey } from "node:crypto";
import type { Jwk } from "aws-jwt-verify/jwk";
import { type Clock, systemClock } from "../clock.ts";
import { AppError } from "../errors.ts";
import { fetchJson } from "./fetch-json.ts";

export interface IssuerAddress {
  issuer: string;
  /** Where the keys are, for an issuer without a discovery document. */
  jwksUri?: string;
}

/** What a token's header says about its signature. */
export interface KeyWanted {
  kid?: string | undefined;
  alg: string;
}

/** A key that the issuer took away is good for this long at most. */
const FRESH_MS = 3_600_000;
/** Tokens with invented key ids make us ask the issuer no more often than this. */
const PAUSE_MS = 10_000;
/** Discovery and keys together; API Gateway's caller waits meanwhile. */
const TIMEOUT_MS = 4_000;
/** Weaker RSA keys can be factored. */
const MIN_RSA_BITS = 2048;

export function createIssuerKeys(address: IssuerAddress, clock: Clock = systemClock) {
  let keys: readonly Jwk[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let missedAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const isWithin = (since: number, milliseconds: number) => clock.now().getTime() - since < milliseconds;

  /** The key that the token names; undefined when the issuer has none such. Throws `unavailable` when it cannot be told. */
  async function find(wanted: KeyWanted): Promise<Jwk | undefined> {
    let failure = isWithin(readAt, FRESH_MS) ? undefined : await refresh();
    const known = pick(keys ?? [], wanted);
    if (known !== undefined) return known;
    if (failure === undefined && isWithin(missedAt, PAUSE_MS)) return undefined;
    failure ??= await refresh();
    if (failure !== undefined) throw failure;
    const found = pick(keys ?? [], wanted);
    if (found === undefined) missedAt = clock.now().getTime();
    return found;
  }

  /** Reads the keys again, once for all who wait; answers what was in the way. */
  async function refresh(): Promise<AppError | undefined> {
    if (isWithin(failedAt, PAUSE_MS)) return unavailable();
    reading ??= read().finally(() => {
      reading = undefined;
    });
    try {
      await reading;
      return undefined;
    } catch (cause) {
      failedAt = clock.now().getTime();
      return unavailable(cause);
    }
  }

  async function read(): Promise<void> {
    keys = await readKeys(address);
    readAt = clock.now().getTime();
    failedAt = Number.NEGATIVE_INFINITY;
  }

  return { find };
}

export type IssuerKeys = ReturnType<typeof createIssuerKeys>;

function unavailable(cause?: unknown): AppError {
  return new AppError("unavailable", "Cannot check the token now: its issuer does not answer", { cause });
}

async function readKeys({ issuer, jwksUri }: IssuerAddress): Promise<Jwk[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { keys } = await fetchJson(jwksUri ?? (await discover(issuer, signal)), signal);
  const usable = Array.isArray(keys) ? keys.filter(isUsable) : [];
  // An empty set is more likely an issuer's accident than its wish; taking it would refuse everybody.
  if (usable.length === 0) throw new Error(`Cannot use the keys of "${issuer}": none of them can sign tokens`);
  return usable;
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discover(issuer: string, signal: AbortSignal): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, signal);
  if (document.issuer !== issuer) throw new Error(`Cannot trust "${issuer}": it calls itself "${document.issuer}"`);
  const uri = String(document.jwks_uri);
  const isSafe = uri.startsWith("https://") || (uri.startsWith("http://") && issuer.startsWith("http://"));
  if (!isSafe) throw new Error(`Cannot read the keys of "${issuer}" at "${uri}": not an https address`);
  return uri;
}

/** One bad key among an issuer's keys must not spoil the others, so each is tried by itself. */
function isUsable(value: unknown): value is Jwk {
  if (typeof value !== "object" || value === null) return false;
  const { kty, kid, use, alg } = value as Record<string, unknown>;
  const isText = [kid, use, alg].every((field) => field === undefined || typeof field === "string");
  if (typeof kty !== "string" || !isText || (use !== undefined && use !== "sig")) return false;
  try {
    const { type, asymmetricKeyDetails } = createPublicKey({ key: value as JsonWebKey, format: "jwk" });
    return type === "public" && (asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) >= MIN_RSA_BITS;
  } catch {
    return false;
  }
}

const KEY_TYPES: Readonly<Record<string, string>> = { RS: "RSA", ES: "EC", Ed: "OKP" };
/** Each ECDSA algorithm is for one curve (RFC 7518, section 3.4); a key need not say which algorithm it is for. */
const CURVES: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

function isFor(alg: string, key: Jwk & { crv?: unknown }): boolean {
  return key.kty === KEY_TYPES[alg.slice(0, 2)] && (CURVES[alg] === undefined || key.crv === CURVES[alg]);
}

/** By id, and of the kind that the algorithm is made with; without an id where there is only one to choose. */
function pick(keys: readonly Jwk[], { kid, alg }: KeyWanted): Jwk | undefined {
  const fitting = keys.filter((key) => isFor(alg, key));
  if (kid === undefined) return fitting.length === 1 ? fitting[0] : undefined;
  return fitting.find((key) => key.kid === kid);
}
