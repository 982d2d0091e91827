import { sign } from "node:crypto";
import { makeKey, mistake, signBytes, type TokenCase, type TokenParts } from "./token-kit.ts";

type Signature = NonNullable<TokenParts["signature"]>;
type KeyName = "rsa" | "ec" | "ed";

/** A case by one kind of key; the twin is signed by the same. */
function signed(name: string, by: KeyName, signature: Signature): TokenCase {
  return {
    ...mistake(`${name} (${by})`, (kit) => ({ key: kit[by], signature })),
    control: (kit) => kit.make({ key: kit[by] }),
  };
}

const flip =
  (at: number): Signature =>
  (_, honest) => {
    const bytes = Buffer.from(honest);
    bytes[at < 0 ? bytes.length + at : at] = (bytes.at(at) ?? 0) ^ 1;
    return bytes;
  };

/** What goes wrong with every kind of signature. */
const general = (["rsa", "ec", "ed"] as const).flatMap((by) => [
  signed("no signature", by, () => Buffer.alloc(0)),
  signed("a signature of zeros", by, (_, { length }) => Buffer.alloc(length)),
  signed("a signature of ones", by, (_, { length }) => Buffer.alloc(length, 0xff)),
  signed("a signature cut by a byte", by, (_, honest) => honest.subarray(0, -1)),
  signed("half a signature", by, (_, honest) => honest.subarray(0, honest.length / 2)),
  signed("a signature with a byte behind", by, (_, honest) => Buffer.concat([honest, Buffer.alloc(1)])),
  signed("a signature with a zero in front", by, (_, honest) => Buffer.concat([Buffer.alloc(1), honest])),
  signed("a signature twice", by, (_, honest) => Buffer.concat([honest, honest])),
  signed("a signature backwards", by, (_, honest) => Buffer.from(honest).reverse()),
  signed("a signature with its first bit turned", by, flip(0)),
  signed("a signature with its last bit turned", by, flip(-1)),
]);

/** The orders of P-256 and Ed25519. */
const P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519 = 2n ** 252n + 27742317777372353535851937790883648493n;
const big = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
const pair =
  (r: bigint, s: bigint): Signature =>
  () =>
    Buffer.concat([big(r), big(s)]);

/** CVE-2022-21449, "psychic signatures": Java once took any of these for any message and any key. */
const psychic = [
  ["r = s = 0", pair(0n, 0n)],
  ["r = 0", pair(0n, 1n)],
  ["s = 0", pair(1n, 0n)],
  ["r = s = n", pair(P256, P256)],
  ["r = s = 1", pair(1n, 1n)],
] as const;

/** S + L says the same as S where nobody checks that S is below L (RFC 8032, section 5.1.7). */
const notReduced: Signature = (_, honest) => {
  const s = BigInt(`0x${Buffer.from(honest.subarray(32)).reverse().toString("hex")}`);
  return Buffer.concat([honest.subarray(0, 32), big(s + ED25519).reverse()]);
};
/** R the neutral element and S = 0 verify under a key of small order. */
const neutral: Signature = () => Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]);

const particular: TokenCase[] = [
  ...psychic.map(([name, signature]) => signed(`an ECDSA signature with ${name}`, "ec", signature)),
  signed("an ECDSA signature in DER", "ec", (_, honest) => toDer(honest)),
  signed("an EdDSA signature that is not reduced", "ed", notReduced),
  signed("an EdDSA signature of the neutral element", "ed", neutral),
  signed("an RSA signature that is the number one", "rsa", (_, { length }) =>
    Buffer.concat([Buffer.alloc(length - 1), Buffer.from([1])]),
  ),
];

/** The right key's signature, over something else. */
const elsewhere: TokenCase[] = [
  mistake("the signature of another token", (kit) => ({ signature: () => last(kit.make({ claims: { jti: "2" } })) })),
  mistake("the signature of the claims alone", (kit) => ({
    signature: (input) => signBytes(kit.rsa, input.split(".")[1] ?? ""),
  })),
  mistake("the signature of the header alone", (kit) => ({
    signature: (input) => signBytes(kit.rsa, input.split(".")[0] ?? ""),
  })),
  mistake("the signature of the decoded text", (kit) => ({
    signature: (input) =>
      signBytes(
        kit.rsa,
        input
          .split(".")
          .map((part) => Buffer.from(part, "base64url"))
          .join("."),
      ),
  })),
  mistake("a signature by PSS", (kit) => ({
    signature: (input) => sign("sha256", Buffer.from(input), { key: kit.rsa.privateKey, padding: 6 }),
  })),
  mistake("a signature by SHA-1", (kit) => ({
    signature: (input) => sign("sha1", Buffer.from(input), kit.rsa.privateKey),
  })),
];

/** Somebody else's key under the right name. */
const others: TokenCase[] = [
  mistake("an attacker's key under the issuer's kid", (kit) => ({ key: { ...kit.attacker, kid: kit.rsa.kid } })),
  mistake("an attacker's EC key under the issuer's kid", (kit) => ({ key: makeKey("ES256", kit.ec.kid) })),
  mistake("another issuer's own token", (kit) => ({ key: kit.attacker, claims: { iss: "https://other.example" } })),
  mistake("another issuer's key, our issuer's name", (kit) => ({ key: kit.attacker, claims: { iss: kit.issuer } })),
];

function last(token: string): Buffer {
  return Buffer.from(token.split(".")[2] ?? "", "base64url");
}

/** r and s as ASN.1 writes them, which JWTs do not (RFC 7518, section 3.4). */
function toDer(honest: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const positive = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  };
  const body = Buffer.concat([integer(honest.subarray(0, 32)), integer(honest.subarray(32))]);
  return Buffer.concat([Buffer.from([48, body.length]), body]);
}

export const signatureCases: TokenCase[] = [...general, ...particular, ...elsewhere, ...others];
