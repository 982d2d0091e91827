import { mistake, NOT_ACCESS, NOT_VALID, OTHER_AUDIENCE, type TokenCase, type TokenKit } from "./token-kit.ts";

/** Everything here is signed by the issuer's own key: the claims alone are wrong. */
type Claims = Record<string, unknown>;

function claim(name: string, claims: (kit: TokenKit) => Claims, reason?: string): TokenCase {
  return mistake(name, (kit) => ({ claims: claims(kit) }), reason);
}

const show = (value: unknown) => JSON.stringify(value) ?? "missing";

const issuers: TokenCase[] = [
  ...[null, 0, [], {}, "", "https://evil.example", undefined].map((iss) => claim(`iss ${show(iss)}`, () => ({ iss }))),
  claim("iss in a list", ({ issuer }) => ({ iss: [issuer] })),
  claim("iss with a slash behind", ({ issuer }) => ({ iss: `${issuer}/` })),
  claim("iss in capitals", ({ issuer }) => ({ iss: issuer.toUpperCase() })),
  claim("iss that begins as the right one", ({ issuer }) => ({ iss: `${issuer}.evil.example` })),
  claim("iss that ends as the right one", ({ issuer }) => ({ iss: `https://evil.example/?${issuer}` })),
  claim("iss with a fragment", ({ issuer }) => ({ iss: `${issuer}#x` })),
  claim("iss by a detour", ({ issuer }) => ({ iss: `${issuer}/../tenant` })),
  claim("iss with a user", ({ issuer }) => ({ iss: issuer.replace("//", "//x@") })),
  claim("iss with a space behind", ({ issuer }) => ({ iss: `${issuer} ` })),
];

const audiences: TokenCase[] = [
  ...["cubby2", "cubb", "Cubby", "cubby ", "cubby other", "other,cubby", "", "*", [], ["other"], ["cubby2", "x"]].map(
    (aud) => claim(`aud ${show(aud)}`, () => ({ aud }), OTHER_AUDIENCE),
  ),
  ...[null, 0, true, { cubby: true }, [["cubby"]], [null]].map((aud) => claim(`aud ${show(aud)}`, () => ({ aud }))),
  claim("no aud", () => ({ aud: undefined }), OTHER_AUDIENCE),
  claim("another aud of our client", () => ({ aud: "other", client_id: "cubby" }), OTHER_AUDIENCE),
];

const EXPIRED = "the token has expired";
const EARLY = "the token is not valid yet";

const times: TokenCase[] = [
  claim("no exp", () => ({ exp: undefined }), "the token never expires"),
  ...["2099-01-01", "4000000000", null, true, [4e9], {}].map((exp) => claim(`exp ${show(exp)}`, () => ({ exp }))),
  ...[0, -1, 1.5].map((exp) => claim(`exp ${exp}`, () => ({ exp }), EXPIRED)),
  {
    ...claim("exp 40 s ago", ({ now }) => ({ exp: now - 40 }), EXPIRED),
    control: ({ make, now }) => make({ claims: { exp: now - 10 } }),
  },
  ...["2000-01-01", null, false, [0]].map((nbf) => claim(`nbf ${show(nbf)}`, () => ({ nbf }))),
  ...[4e9, 8e12].map((nbf) => claim(`nbf ${nbf}`, () => ({ nbf }), EARLY)),
  {
    ...claim("nbf in 90 s", ({ now }) => ({ nbf: now + 90 }), EARLY),
    control: ({ make, now }) => make({ claims: { nbf: now + 10 } }),
  },
  // Beyond what a date can be.
  ...[-1e20, -1e300].map((exp) => claim(`exp ${exp}`, () => ({ exp }))),
  ...[1e20, 1e300].map((nbf) => claim(`nbf ${nbf}`, () => ({ nbf }))),
  ...["now", null, {}].map((iat) => claim(`iat ${show(iat)}`, () => ({ iat }))),
];

/** Tokens of the same issuer and key that say who signed in, or get or end other tokens. */
const purposes: TokenCase[] = [
  ...["nonce", "at_hash", "c_hash", "s_hash"].map((name) =>
    claim(`an ID token, by its ${name}`, () => ({ [name]: "x" }), NOT_ACCESS),
  ),
  ...["id", "refresh", 1, null].map((token_use) =>
    claim(`token_use ${show(token_use)}`, () => ({ token_use }), NOT_ACCESS),
  ),
  ...["ID", "Refresh", "Offline", "Logout"].map((typ) => claim(`typ ${typ}`, () => ({ typ }), NOT_ACCESS)),
  claim("a logout token", () => ({ events: { "http://schemas.openid.net/event/backchannel-logout": {} } }), NOT_ACCESS),
];

const NO_USER = "the token names no user";

const users: TokenCase[] = [
  ...[
    undefined,
    "",
    " ",
    "a#META",
    "a\u0000",
    "a\nb",
    "a/../b",
    "an\u200ba",
    "ana\u202e",
    "e\u0301",
    "*",
    "u".repeat(129),
  ].map((sub) => claim(`sub ${show(sub)?.slice(0, 40)}`, () => ({ sub }), NO_USER)),
  ...[null, 0, true, ["ana"], { sub: "ana" }].map((sub) => claim(`sub ${show(sub)}`, () => ({ sub }))),
  claim("sub of a guest", () => ({ sub: "guest_x" }), 'the user id "guest_x" is reserved'),
  claim("sub of a service's user", () => ({ sub: "telegram_1" }), 'the user id "telegram_1" is reserved'),
  claim("a service without a name", () => ({ scope: "cubby/act-as" }), "the token names no client"),
  ...[["cubby/operate"], { "cubby/operate": true }, 1, null].map((scope) =>
    claim(`scope ${show(scope)}`, () => ({ scope })),
  ),
];

const text = (kit: TokenKit, more: string) =>
  `{"iss":"${kit.issuer}","sub":"ana","aud":"cubby","exp":${kit.now + 300}${more}`;

/** JSON that parsers read differently. RFC 7519 takes the last of two claims, or refuses both. */
const texts: TokenCase[] = (
  [
    ["claims that are a list", () => "[]"],
    ["claims that are null", () => "null"],
    ["claims that are a text", () => '"ana"'],
    ["claims that are no JSON", () => "ana"],
    ["claims with a comma behind", (kit) => text(kit, ",}")],
    ["claims with a comment", (kit) => text(kit, "/* */}")],
    ["claims with something behind", (kit) => `${text(kit, "}")}{}`],
    ["claims behind a byte order mark", (kit) => `\ufeff${text(kit, "}")}`],
    ["exp NaN", (kit) => text(kit, ',"exp":NaN}')],
    ["exp beyond all numbers", (kit) => text(kit, ',"exp":1e999}')],
    ["exp twice, at last over", (kit) => text(kit, ',"exp":1}'), EXPIRED],
    ["aud twice, at last another's", (kit) => text(kit, ',"aud":"other"}'), OTHER_AUDIENCE],
    ["iss twice, at last another's", (kit) => text(kit, ',"iss":"https://evil.example"}')],
    ["sub twice, at last nobody's", (kit) => text(kit, ',"sub":""}'), NO_USER],
    [
      "claims by a prototype",
      ({ issuer, now }) => `{"iss":"${issuer}","exp":${now + 300},"__proto__":{"sub":"ana","aud":"cubby"}}`,
      OTHER_AUDIENCE,
    ],
  ] as const satisfies [string, (kit: TokenKit) => string, string?][]
).map(([name, claimsText, reason]) => mistake(name, (kit) => ({ claimsText: claimsText(kit) }), reason ?? NOT_VALID));

export const claimCases: TokenCase[] = [...issuers, ...audiences, ...times, ...purposes, ...users, ...texts];
