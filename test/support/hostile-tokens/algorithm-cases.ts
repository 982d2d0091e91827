import { hmac, mistake, type TokenCase, type TokenKit } from "./token-kit.ts";

const nothing = () => Buffer.alloc(0);
const something = () => Buffer.from("AAAA");

/** "Nobody has signed this": RFC 7515's `none`, as it is spelled where a comparison forgot something. */
const unsigned = ["none", "None", "NONE", "nOnE", "none ", "none\u0000", ""].flatMap((alg): TokenCase[] => [
  mistake(`alg ${JSON.stringify(alg)} and no signature`, () => ({ header: { alg }, signature: nothing })),
  mistake(`alg ${JSON.stringify(alg)} and any signature`, () => ({ header: { alg }, signature: something })),
]);

/** Names that are no algorithm, under a signature that is right: the name alone has to be enough. */
const misnamed = [
  ...["none", "rs256", "RS256 ", " RS256", "RS256\u0000", "ＲＳ256", "RS1", "RS", "PS256", "ES256K", "HS256"],
  ...["RSA-OAEP", "RSA1_5", "dir", "A256KW", "PBES2-HS256+A128KW", "__proto__", "constructor"],
  ...[null, 0, true, ["RS256"], { alg: "RS256" }, undefined],
].map((alg) =>
  mistake(`alg ${JSON.stringify(alg) ?? "missing"} over a signature by RS256`, () => ({ header: { alg } })),
);

/** The key that everybody knows as the secret that nobody should: which bytes are "the key" depends on the library. */
const publicForms: [name: string, form: (kit: TokenKit) => string | Buffer][] = [
  ["PEM", ({ rsa }) => rsa.publicKey.export({ format: "pem", type: "spki" })],
  [
    "PEM without its last line break",
    ({ rsa }) => String(rsa.publicKey.export({ format: "pem", type: "spki" })).trim(),
  ],
  ["PEM of PKCS #1", ({ rsa }) => rsa.publicKey.export({ format: "pem", type: "pkcs1" })],
  ["DER", ({ rsa }) => rsa.publicKey.export({ format: "der", type: "spki" })],
  ["JWK", ({ rsa }) => JSON.stringify(rsa.publicKey.export({ format: "jwk" }))],
  ["modulus", ({ rsa }) => Buffer.from(rsa.publicKey.export({ format: "jwk" }).n ?? "", "base64url")],
  ["id", ({ rsa }) => rsa.kid],
];

const confused = publicForms.map(([name, form]) =>
  mistake(`HS256 with the public key's ${name} as its secret`, (kit) => ({
    header: { alg: "HS256" },
    signature: hmac("sha256", form(kit)),
  })),
);

const symmetric = (["HS256", "HS384", "HS512"] as const).map((alg) =>
  mistake(`${alg} with an empty secret`, () => ({ header: { alg }, signature: hmac(alg.replace("HS", "sha"), "") })),
);

/** A key is for one algorithm, whatever a token's header makes of it. */
const crossed = [
  mistake("RS512 with a key that is for RS256", () => ({ header: { alg: "RS512" } })),
  mistake("ES256 with the id of an RSA key", (kit) => ({ key: kit.ec, header: { kid: kit.rsa.kid } })),
  mistake("RS256 with the id of an EC key", (kit) => ({ header: { kid: kit.ec.kid } })),
  mistake("EdDSA with the id of an EC key", (kit) => ({ key: kit.ed, header: { kid: kit.ec.kid } })),
  mistake("ES256 with a key on another curve", (kit) => ({ key: kit.ec384, header: { alg: "ES256" } })),
  mistake("ES384 with a key on another curve", (kit) => ({ key: kit.ec, header: { alg: "ES384" } })),
];

export const algorithmCases: TokenCase[] = [...unsigned, ...misnamed, ...confused, ...symmetric, ...crossed];
