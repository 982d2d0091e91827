import { createHmac, generateKeyPairSync } from "node:crypto";
import { type CryptoKey, exportJWK, importJWK, type JWK, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTokenVerifier } from "../../../shared/identity/verify-token.ts";
import { type OidcIssuer, startOidcIssuer } from "../../support/oidc-issuer.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const ana = { kind: "user", userId: "ana" };
const unavailable = { code: "unavailable" };

let idp: OidcIssuer;
let now: number;
const clock = { now: () => new Date(now) };

beforeEach(async () => {
  idp = await startOidcIssuer();
  now = Date.now();
});
afterEach(() => idp.close());

function verifier(settings: { jwksUri?: string } = {}) {
  return createTokenVerifier({ issuer: idp.issuer, audiences: ["cubby"], ...settings }, new Map(), clock);
}

function refusal(reason: string) {
  return { kind: "nobody", reason: `Cannot authenticate: ${reason}` };
}

const notValid = refusal("the token is not valid here");

describe("algorithms", () => {
  test.each(["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"])("takes %s", async (alg) => {
    const token = await idp.sign(await idp.addKey(alg));
    expect(await verifier()(token)).toEqual(ana);
  });

  test("refuses PS256, which the library does not verify", async () => {
    expect(await verifier()(await idp.sign(await idp.addKey("PS256")))).toEqual(notValid);
  });

  test("refuses none, without asking the issuer", async () => {
    const token = new UnsecuredJWT({ sub: "ana", aud: "cubby" }).setIssuer(idp.issuer).setExpirationTime("1h").encode();
    expect(await verifier()(token)).toEqual(notValid);
    expect(await verifier()(`${token}AAAA`)).toEqual(notValid);
    expect(idp.asked).toEqual([]);
  });

  test("refuses HS256 made with the public key as its secret", async () => {
    const key = await idp.addKey("RS256");
    const [, payload] = (await idp.sign(key)).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: key.kid })).toString("base64url");
    const secret = JSON.stringify(key.jwk);
    const signature = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
    expect(await verifier()(`${header}.${payload}.${signature}`)).toEqual(notValid);
  });

  test("refuses an algorithm that the key is not for", async () => {
    const key = await idp.addKey("RS256");
    const privateKey = (await importJWK(await exportJWK(key.privateKey), "RS512")) as CryptoKey;
    expect(await verifier()(await idp.sign({ ...key, alg: "RS512", privateKey }))).toEqual(notValid);
    const curve = await idp.addKey("ES256", key.kid);
    idp.state.keys = [key.jwk];
    expect(await verifier()(await idp.sign(curve))).toEqual(notValid);
  });
});

describe("claims", () => {
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  test.each([
    { name: "expired a minute ago", claims: { exp: inSeconds(-60) }, reason: "the token has expired" },
    { name: "good from in a minute", claims: { nbf: inSeconds(60) }, reason: "the token is not valid yet" },
    { name: "of another issuer", claims: { iss: "https://evil.example" }, reason: "the token is not valid here" },
    { name: "of no issuer", claims: { iss: undefined }, reason: "the token is not valid here" },
    { name: "for another audience", claims: { aud: "x" }, reason: "the token is for another audience" },
    { name: "without expiry", claims: { exp: undefined }, reason: "the token never expires" },
    { name: "made to sign somebody in", claims: { nonce: "1" }, reason: "send an access token" },
  ])("refuses a token $name and says so", async ({ claims, reason }) => {
    const token = await idp.sign(await idp.addKey("RS256"), claims);
    expect(await verifier()(token)).toEqual(refusal(reason));
  });

  test.each([
    { name: "expired", claims: { exp: inSeconds(-10) } },
    { name: "comes into force", claims: { nbf: inSeconds(10) } },
  ])("forgives a clock by whose account a token $name a few seconds from now", async ({ claims }) => {
    const token = await idp.sign(await idp.addKey("RS256"), claims);
    expect(await verifier()(token)).toEqual(ana);
  });

  test("refuses a token that was changed, is signed by another key, or is no token", async () => {
    const key = await idp.addKey("RS256");
    const other = await idp.addKey("RS256");
    const verify = verifier();
    const [header, payload, signature = ""] = (await idp.sign(key)).split(".");
    const changed = Buffer.from(JSON.stringify({ iss: idp.issuer, sub: "bob", aud: "cubby", exp: 4e9 }));
    expect(await verify(`${header}.${changed.toString("base64url")}.${signature}`)).toEqual(notValid);
    expect(await verify(await idp.sign({ ...other, kid: key.kid }))).toEqual(notValid);
    expect(await verify(`${header}.${payload}.`)).toEqual(notValid);
    for (const text of ["x", "a.b.c", "..", "a.b.c.d", "é.b.c", `${header}.${payload}`]) {
      expect(await verify(text)).toEqual(notValid);
    }
  });

  test("refuses what calls itself critical and is not understood", async () => {
    const key = await idp.addKey("RS256");
    const [, payload, signature] = (await idp.sign(key)).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: key.kid, crit: ["exp"] })).toString("base64url");
    expect(await verifier()(`${header}.${payload}.${signature}`)).toEqual(notValid);
    expect(idp.asked).toEqual([]);
  });

  test("refuses a huge token without looking into it", async () => {
    const token = await idp.sign(await idp.addKey("RS256"), { padding: "x".repeat(10_000) });
    expect(await verifier()(token)).toEqual(refusal("the token is too long"));
    expect(await verifier()(`${"a".repeat(1_000_000)}.b.c`)).toEqual(refusal("the token is too long"));
    expect(idp.asked).toEqual([]);
  });
});

describe("the issuer's keys", () => {
  const documents = ["/tenant/.well-known/openid-configuration", "/tenant/keys"];

  test("are found by the discovery document and asked for once, however many ask at a time", async () => {
    const token = await idp.sign(await idp.addKey("RS256"));
    const verify = verifier();
    expect(await Promise.all([verify(token), verify(token), verify(token)])).toEqual([ana, ana, ana]);
    expect(await verify(token)).toEqual(ana);
    expect(idp.asked).toEqual(documents);
  });

  test("are read from their own address where the deployment names it", async () => {
    const token = await idp.sign(await idp.addKey("RS256"));
    expect(await verifier({ jwksUri: `${idp.issuer}/keys` })(token)).toEqual(ana);
    expect(idp.asked).toEqual(["/tenant/keys"]);
  });

  test("that are new are found when the first token names one", async () => {
    const verify = verifier();
    await verify(await idp.sign(await idp.addKey("RS256")));
    const token = await idp.sign(await idp.addKey("ES256"));
    expect(await verify(token)).toEqual(ana);
    expect(idp.asked).toEqual([...documents, ...documents]);
  });

  test("are asked for once in ten seconds when tokens invent ids, and valid tokens pass meanwhile", async () => {
    const key = await idp.addKey("RS256");
    const verify = verifier();
    await verify(await idp.sign(key));
    for (let attempt = 0; attempt < 20; attempt++) {
      expect(await verify(await idp.sign({ ...key, kid: `invented-${attempt}` }))).toEqual(notValid);
    }
    expect(await verify(await idp.sign(key))).toEqual(ana);
    expect(idp.asked).toHaveLength(4);
    const fresh = await idp.addKey("RS256");
    now += 11 * SECOND;
    expect(await verify(await idp.sign(fresh))).toEqual(ana);
  });

  test("that the issuer took away are good for an hour at most", async () => {
    const old = await idp.addKey("RS256");
    const verify = verifier();
    expect(await verify(await idp.sign(old))).toEqual(ana);
    idp.state.keys = [];
    const fresh = await idp.addKey("RS256");
    now += HOUR + SECOND;
    expect(await verify(await idp.sign(old))).toEqual(notValid);
    expect(await verify(await idp.sign(fresh))).toEqual(ana);
  });

  test("of the same id with other content take the place of the old ones", async () => {
    const old = await idp.addKey("RS256", "only");
    const verify = verifier();
    expect(await verify(await idp.sign(old))).toEqual(ana);
    idp.state.keys = [];
    const fresh = await idp.addKey("RS256", "only");
    now += HOUR + SECOND;
    expect(await verify(await idp.sign(fresh))).toEqual(ana);
    expect(await verify(await idp.sign(old))).toEqual(notValid);
  });

  test("need no id where the issuer has a single one", async () => {
    const key = { ...(await idp.addKey("RS256")), kid: undefined };
    expect(await verifier()(await idp.sign(key))).toEqual(ana);
    await idp.addKey("RS256");
    expect(await verifier()(await idp.sign(key))).toEqual(notValid);
  });

  test("may stand among garbage", async () => {
    const key = await idp.addKey("RS256", "good");
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }) as JWK;
    const garbage = [null, 1, "key", {}, { kty: 1 }, { kty: "RSA", kid: "good" }, { kty: "oct", k: "AAAA", kid: "o" }];
    const useless = [
      { ...key.jwk, kid: 7 },
      { ...key.jwk, kid: "encryption", use: "enc" },
      { ...weak, kid: "weak" },
    ];
    idp.state.keys = [...garbage, ...useless, key.jwk];
    const verify = verifier();
    expect(await verify(await idp.sign(key))).toEqual(ana);
    expect(await verify(await idp.sign({ ...key, kid: "encryption" }))).toEqual(notValid);
    expect(await verify(await idp.sign({ ...key, kid: "o" }))).toEqual(notValid);
  });
});

describe("an issuer out of reach", () => {
  test.each(["down", "error"] as const)(
    "(%s) is unavailable, not a bad token, and is asked again later",
    async (mood) => {
      const token = await idp.sign(await idp.addKey("RS256"));
      const verify = verifier();
      idp.state.mood = mood;
      await expect(verify(token)).rejects.toMatchObject(unavailable);
      const asked = idp.asked.length;
      await expect(verify(token)).rejects.toMatchObject(unavailable);
      expect(idp.asked).toHaveLength(asked); // ten seconds' rest
      idp.state.mood = "well";
      now += 11 * SECOND;
      expect(await verify(token)).toEqual(ana);
    },
  );

  test("that never answers is given up after a few seconds", async () => {
    const token = await idp.sign(await idp.addKey("RS256"));
    idp.state.mood = "silent";
    const started = performance.now();
    await expect(verifier()(token)).rejects.toMatchObject(unavailable);
    expect(performance.now() - started).toBeLessThan(8 * SECOND);
  });

  test("does no harm to tokens whose key is known, also when the keys are due to be read again", async () => {
    const key = await idp.addKey("RS256");
    const verify = verifier();
    await verify(await idp.sign(key));
    const rotated = await idp.addKey("RS256");
    idp.state.mood = "down";
    now += 2 * HOUR;
    expect(await verify(await idp.sign(key))).toEqual(ana);
    await expect(verify(await idp.sign(rotated))).rejects.toMatchObject(unavailable);
    expect(await verify(await idp.sign(key))).toEqual(ana);
    idp.state.mood = "well";
    now += 11 * SECOND;
    expect(await verify(await idp.sign(rotated))).toEqual(ana);
  });

  test.each([
    { name: "that calls itself something else", document: { issuer: "https://evil.example", jwks_uri: "" } },
    { name: "without an address of its keys", document: {} },
    { name: "whose keys are a page of its own", document: { jwks_uri: "/tenant/keys" } },
    { name: "whose keys are a local file", document: { jwks_uri: "file:///etc/passwd" } },
  ])("$name is unavailable too: no token is to blame", async ({ document }) => {
    const token = await idp.sign(await idp.addKey("RS256"));
    idp.state.document = { issuer: idp.issuer, ...document };
    await expect(verifier()(token)).rejects.toMatchObject(unavailable);
  });

  test("with an empty set of keys keeps the ones it had", async () => {
    const key = await idp.addKey("RS256");
    const verify = verifier();
    await verify(await idp.sign(key));
    idp.state.keys = [{ kty: "oct" }];
    now += 2 * HOUR;
    expect(await verify(await idp.sign(key))).toEqual(ana);
  });
});
