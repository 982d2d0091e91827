/** Where a signed URL leads, and where its finder would rather be. */
export interface SignedPlace {
  /** The session it was signed for, as its key has it, and one of somebody else's. */
  own: string;
  other: string;
  /** An object of that other one. */
  otherKey: string;
  bucket: string;
}

type Change<Signed> = (signed: Signed, place: SignedPlace) => Signed;
type Fields = Record<string, string>;

/** How a part is sent, where it is not as it was signed. */
export interface PartRequest {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** The URL with another value of a parameter that it has. */
export const setParameter = (url: string, name: string, value: string) =>
  url.replace(new RegExp(`(?<=[?&])${name}=[^&]*`), () => `${name}=${value}`);
const drop = (url: string, name: string) => url.replace(new RegExp(`[?&]${name}=[^&]*`), "");
const signatureOf = (url: string) => /X-Amz-Signature=(\w+)/.exec(url)?.[1] ?? "";

/** What may be done to the URL of a download; each is refused. */
export const downloadMisuses: readonly [name: string, change: Change<string>][] = [
  ["for another session's file", (url, { own, other }) => url.replace(own, other)],
  ["by a detour", (url, { own, other }) => url.replace(own, `${own}/../${other}`)],
  ["by an encoded detour", (url, { own, other }) => url.replace(own, `${own}%2f%2e%2e%2f${other}`)],
  ["with a second slash", (url, { own }) => url.replace(`${own}/`, `${own}//`)],
  ["with its key in capitals", (url, { own }) => url.replace(own, own.toUpperCase())],
  ["for the bucket", (url) => url.replace(/sessions\/[^?]*/, "")],
  ["for another bucket", (url, { bucket }) => url.replace(bucket, `${bucket}-2`)],
  ["with a longer life", (url) => setParameter(url, "X-Amz-Expires", "604800")],
  ["with a life beyond a week", (url) => setParameter(url, "X-Amz-Expires", "99999999")],
  ["with a life that is no number", (url) => setParameter(url, "X-Amz-Expires", "NaN")],
  ["with a negative life", (url) => setParameter(url, "X-Amz-Expires", "-1")],
  ["with a later date", (url) => setParameter(url, "X-Amz-Date", "20990101T000000Z")],
  ["with another day in its credential", (url) => url.replace(/%2F\d{8}%2F/, "%2F20200101%2F")],
  ["with another region", (url) => url.replace("%2Fus-east-1%2F", "%2Feu-west-1%2F")],
  ["with another service", (url) => url.replace("%2Fs3%2F", "%2Fiam%2F")],
  ["with another access key", (url) => url.replace(/X-Amz-Credential=[^%]+/, "X-Amz-Credential=nobody")],
  ["with another algorithm", (url) => setParameter(url, "X-Amz-Algorithm", "AWS4-HMAC-SHA1")],
  ["with no algorithm", (url) => setParameter(url, "X-Amz-Algorithm", "none")],
  ["without its algorithm", (url) => drop(url, "X-Amz-Algorithm")],
  ["without its signature", (url) => drop(url, "X-Amz-Signature")],
  ["with an empty signature", (url) => setParameter(url, "X-Amz-Signature", "")],
  ["with a signature of zeros", (url) => setParameter(url, "X-Amz-Signature", "0".repeat(64))],
  ["with half a signature", (url) => setParameter(url, "X-Amz-Signature", signatureOf(url).slice(0, 32))],
  [
    "with its signature backwards",
    (url) => setParameter(url, "X-Amz-Signature", [...signatureOf(url)].reverse().join("")),
  ],
  ["without its life", (url) => drop(url, "X-Amz-Expires")],
  ["without its date", (url) => drop(url, "X-Amz-Date")],
  ["without its credential", (url) => drop(url, "X-Amz-Credential")],
  ["with no header signed", (url) => setParameter(url, "X-Amz-SignedHeaders", "")],
  ["to be shown in the page", (url) => setParameter(url, "response-content-disposition", "inline")],
  ["as a page", (url) => setParameter(url, "response-content-type", "text%2Fhtml")],
  ["as a page besides", (url) => `${url}&response-content-type=text%2Fhtml`],
  ["without its disposition", (url) => drop(url, "response-content-disposition")],
  ["with a cache added", (url) => `${url}&response-cache-control=public`],
  ["for the object's rights", (url) => `${url}&acl`],
  ["for a part of it", (url) => `${url}&partNumber=1`],
  ["with nothing behind its question mark", (url) => url.replace(/\?.*/, "")],
];

/** What may be done to the URL of a part and to its request; each is refused. */
export const partMisuses: readonly [
  name: string,
  change: Change<string>,
  request: (part: string, place: SignedPlace) => PartRequest,
][] = [
  ["with a byte more", (url) => url, (part) => ({ body: `${part}!` })],
  ["with a byte less", (url) => url, (part) => ({ body: part.slice(1) })],
  ["with nothing", (url) => url, () => ({ body: "" })],
  ["as another part", (url) => setParameter(url, "partNumber", "2"), () => ({})],
  ["for another upload", (url) => setParameter(url, "uploadId", "AAAA"), () => ({})],
  ["as a whole object", (url) => drop(drop(url, "partNumber"), "uploadId").replace(".bin&", ".bin?"), () => ({})],
  ["for another session", (url, { own, other }) => url.replace(own, other), () => ({})],
  ["to read", (url) => url, () => ({ method: "GET" })],
  ["to give the upload up", (url) => url, () => ({ method: "DELETE" })],
  ["to complete it", (url) => url, () => ({ method: "POST" })],
  ["without its signature", (url) => drop(url, "X-Amz-Signature"), () => ({})],
  ["with a longer life", (url) => setParameter(url, "X-Amz-Expires", "604800"), () => ({})],
  [
    "copied from another session",
    (url) => url,
    (_, { otherKey }) => ({ headers: { "x-amz-copy-source": `/${otherKey}` } }),
  ],
];

/** A policy that its own signature no longer covers. */
const widened = (fields: Fields) => {
  const policy = JSON.parse(Buffer.from(fields.Policy ?? "", "base64").toString());
  return Buffer.from(JSON.stringify({ ...policy, conditions: [] })).toString("base64");
};

/** What may be done to the form of an upload and to its content; each is refused. */
export const formMisuses: readonly [name: string, change: Change<Fields>, contentOf: (content: string) => string][] = [
  ["with a byte more", (fields) => fields, (content) => `${content}!`],
  ["with a byte less", (fields) => fields, (content) => content.slice(1)],
  ["with nothing", (fields) => fields, () => ""],
  ["at another key", (fields, { otherKey }) => ({ ...fields, key: otherKey }), (content) => content],
  ["as a page", (fields) => ({ ...fields, "Content-Type": "text/html" }), (content) => content],
  ["with a wider policy", (fields) => ({ ...fields, Policy: widened(fields) }), (content) => content],
  ["without its policy", ({ Policy: _, ...fields }) => fields, (content) => content],
  ["without its signature", ({ "X-Amz-Signature": _, ...fields }) => fields, (content) => content],
  ["with another signature", (fields) => ({ ...fields, "X-Amz-Signature": "0".repeat(64) }), (content) => content],
  ["with a field more", (fields) => ({ ...fields, acl: "public-read" }), (content) => content],
  [
    "with a redirect",
    (fields) => ({ ...fields, success_action_redirect: "https://evil.example/" }),
    (content) => content,
  ],
  ["without its type", ({ "Content-Type": _, ...fields }) => fields, (content) => content],
];
