import { deflateRawSync } from "node:zlib";
import { base64url, mistake, NOT_ACCESS, signBytes, type TokenCase, type TokenKit } from "./token-kit.ts";

/** Ids of keys as some backend would look them up: in a file, a database, a shell, a cache, an object. */
const lookups = [
  ...["../../../../../../dev/null", "/dev/null", "file:///dev/null", "C:\\nul", "..%2f..%2fdev%2fnull"],
  ...["' UNION SELECT 'AAAA", "x'; DROP TABLE keys; --", "{$ne: null}", "*", "| id", "$(id)", "`id`"],
  ...["http://127.0.0.1:1/keys", "//evil.example/keys", "ldap://evil.example/x", "x\r\nset key 0 0 4\r\nAAAA"],
  ...["__proto__", "constructor", "toString", "", " ", "\u0000", "k".repeat(5000)],
].map((kid) =>
  mistake(`kid ${JSON.stringify(kid.slice(0, 40))}, signed by the attacker`, (kit) => ({
    key: kit.attacker,
    header: { kid },
  })),
);

/** Ids of the wrong type, or nearly right, under the issuer's own signature. */
const nearly: [name: string, kid: (kit: TokenKit) => unknown][] = [
  ["null", () => null],
  ["a number", () => 0],
  ["a list with the right one", ({ rsa }) => [rsa.kid]],
  ["an object", ({ rsa }) => ({ kid: rsa.kid })],
  ["missing among several keys", () => undefined],
  ["in capitals", ({ rsa }) => rsa.kid.toUpperCase().replace(/^/, "A")],
  ["with a zero byte behind", ({ rsa }) => `${rsa.kid}\u0000`],
  ["with a space behind", ({ rsa }) => `${rsa.kid} `],
  ["cut short", ({ rsa }) => rsa.kid.slice(0, -1)],
];
const ids = nearly.map(([name, kid]) => mistake(`a kid that is ${name}`, (kit) => ({ header: { kid: kid(kit) } })));

/** Keys that a token brings along. The twin brings the same, and is signed by the issuer: nobody looks at it. */
const brought: [name: string, header: (kit: TokenKit) => Record<string, unknown>][] = [
  ["jwk", ({ attacker }) => ({ jwk: { ...attacker.publicKey.export({ format: "jwk" }), kid: attacker.kid } })],
  ["jwk without a kid", ({ attacker }) => ({ jwk: attacker.publicKey.export({ format: "jwk" }), kid: undefined })],
  ["symmetric jwk", () => ({ jwk: { kty: "oct", k: "AAAA" } })],
  ["jku", () => ({ jku: "http://127.0.0.1:1/keys" })],
  ["jku that begins as the issuer's", ({ issuer }) => ({ jku: `${issuer}@evil.example/keys` })],
  ["jku by a redirect of the issuer's", ({ issuer }) => ({ jku: `${issuer}/go?to=http://evil.example/keys` })],
  ["x5u", () => ({ x5u: "http://127.0.0.1:1/cert.pem" })],
  ["x5c", ({ attacker }) => ({ x5c: [attacker.publicKey.export({ format: "der", type: "spki" }).toString("base64")] })],
  ["x5t", () => ({ x5t: "AAAA", "x5t#S256": "AAAA" })],
];
const embedded = brought.map(
  ([name, header]): TokenCase => ({
    ...mistake(`its own key as ${name}`, (kit) => ({
      key: kit.attacker,
      header: { kid: kit.rsa.kid, ...header(kit) },
    })),
    control: (kit) => kit.make({ header: { ...header(kit), kid: kit.rsa.kid } }),
  }),
);

/** What has to be understood before a token may be believed (RFC 7515, section 4.1.11). */
const critical = [["exp"], [], ["b64"], ["http://example.com/x"], "exp", null, {}].map((crit) =>
  mistake(`crit ${JSON.stringify(crit)}`, () => ({ header: { crit, exp: 1, "http://example.com/x": true } })),
);

/** JWTs of this very issuer for other purposes, told apart by `typ` (RFC 8725, section 3.11), and other envelopes. */
const kinds = ["logout+jwt", "dpop+jwt", "secevent+jwt", "token-introspection+jwt", "JWE", "application/id+jwt", 7].map(
  (typ): TokenCase => ({
    ...mistake(`typ ${JSON.stringify(typ)}`, () => ({ header: { typ } }), NOT_ACCESS),
    control: (kit) => kit.make({ header: { typ: "at+jwt" } }),
  }),
);

const envelopes: TokenCase[] = [
  mistake("compressed claims", (kit) => {
    const text = JSON.stringify({ iss: kit.issuer, sub: "ana", aud: "cubby", exp: kit.now + 300 });
    return { header: { zip: "DEF" }, claimsText: deflateRawSync(text).toString("latin1") };
  }),
  mistake("a token in a token", (kit) => ({ header: { cty: "JWT" }, claimsText: kit.make() })),
  {
    ...mistake("claims that are signed unencoded", () => ({})),
    // RFC 7797: with `b64: false` the signature is over the bytes themselves.
    forge: (kit) => {
      const head = base64url(JSON.stringify({ alg: "RS256", kid: kit.rsa.kid, b64: false }));
      const [, claims = ""] = kit.make().split(".");
      const raw = Buffer.from(claims, "base64url").toString();
      return `${head}.${claims}.${base64url(signBytes(kit.rsa, `${head}.${raw}`))}`;
    },
  },
];

export const headerCases: TokenCase[] = [...lookups, ...ids, ...embedded, ...critical, ...kinds, ...envelopes];
