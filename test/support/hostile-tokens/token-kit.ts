import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import type { OidcIssuer } from "../oidc-issuer.ts";

/** A key pair that an issuer may have published, or that an attacker made. */
export interface TokenKey {
  alg: string;
  kid: string;
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** What a token is made of, each part as it should be unless a case says otherwise. */
export interface TokenParts {
  key?: TokenKey;
  /** Laid over the header that is right; `undefined` takes a field away. */
  header?: Record<string, unknown>;
  /** The header's text, where no JSON writer would make it so. */
  headerText?: string;
  claims?: Record<string, unknown>;
  claimsText?: string;
  /** In the place of the key's own signature. */
  signature?: (input: string, honest: Buffer) => Buffer;
}

/** One classic mistake: a token that has it, one that is the same without it, and what is said of the first. */
export interface TokenCase {
  name: string;
  reason: string;
  forge(kit: TokenKit): string;
  control(kit: TokenKit): string;
}

export const NOT_VALID = "the token is not valid here";
export const NOT_ACCESS = "send an access token";
export const OTHER_AUDIENCE = "the token is for another audience";

const HASHES: Readonly<Record<string, string | null>> = {
  RS256: "sha256",
  ES256: "sha256",
  ES384: "sha384",
  EdDSA: null,
};

export function makeKey(alg: keyof typeof HASHES | string, kid: string = randomUUID()): TokenKey {
  const pair =
    alg === "RS256"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : alg === "EdDSA"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: alg === "ES384" ? "P-384" : "P-256" });
  return { alg, kid, ...pair };
}

export function signBytes({ alg, privateKey }: TokenKey, input: string): Buffer {
  return sign(HASHES[alg] ?? null, Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
}

export function hmac(algorithm: string, secret: string | Buffer): NonNullable<TokenParts["signature"]> {
  return (input) => createHmac(algorithm, secret).update(input).digest();
}

export const base64url = (text: string | Buffer) => Buffer.from(text).toString("base64url");

/** An issuer with keys of each kind, all of them published at once, and the means to make any token at all. */
export function makeTokenKit(idp: Pick<OidcIssuer, "issuer" | "state">) {
  const [rsa, ec, ec384, ed] = [makeKey("RS256"), makeKey("ES256"), makeKey("ES384"), makeKey("EdDSA")];
  const published = [rsa, ec, ec384, ed, makeKey("RS256")];
  // Some say what they are for, and some leave that to who knows keys.
  for (const { publicKey, alg, kid } of published) {
    const purpose = alg === "RS256" ? { alg, use: "sig" } : {};
    idp.state.keys.push({ ...publicKey.export({ format: "jwk" }), kid, ...purpose });
  }
  const seconds = () => Math.floor(Date.now() / 1000);

  /** A token for the user `ana`, good for five minutes, but for what the parts say. */
  function make({ key = rsa, header, headerText, claims, claimsText, signature }: TokenParts = {}): string {
    const head = headerText ?? JSON.stringify({ alg: key.alg, kid: key.kid, ...header });
    const now = seconds();
    const all = { iss: idp.issuer, sub: "ana", aud: "cubby", iat: now, exp: now + 300, ...claims };
    const input = `${base64url(head)}.${base64url(claimsText ?? JSON.stringify(all))}`;
    const honest = signBytes(key, input);
    return `${input}.${base64url(signature?.(input, honest) ?? honest)}`;
  }

  return {
    ...{ issuer: idp.issuer, make, rsa, ec, ec384, ed },
    get now() {
      return seconds();
    },
    /** Nobody published this one. */
    attacker: makeKey("RS256"),
  };
}

export type TokenKit = ReturnType<typeof makeTokenKit>;

/** A case whose harmless twin is the plain, honest token. */
export function mistake(name: string, parts: (kit: TokenKit) => TokenParts, reason: string = NOT_VALID): TokenCase {
  return { name, reason, forge: (kit) => kit.make(parts(kit)), control: (kit) => kit.make() };
}
