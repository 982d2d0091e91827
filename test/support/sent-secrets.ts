/**
 * What an acceptance run really sends and is given that no log may hold, noted as it goes by: tokens, statements, lines
 * of files, messages, names, signatures. `note-secrets.ts` notes them, `secret-free-logs.ts` looks for each.
 */

/** What kind of thing it is, and the thing itself. */
export type Secret = readonly [what: string, value: string];

/** So long that nothing else says the same by chance, and with a letter, since counts and times are logged. */
const isTelling = (value: string) => value.length >= 12 && /\p{L}/u.test(value);

/** Of one kind so many are looked for: the search costs their number times the length of the logs. */
const MOST_OF_A_KIND = 200;
const noted = new Map<string, Set<string>>();

/** All that was noted in this test file. */
export function sentSecrets(): Secret[] {
  return [...noted].flatMap(([what, values]) => [...values].map((value): Secret => [what, value]));
}

/** Remembers what may be told from other text; the first so many of a kind. */
export function noteSecrets(secrets: readonly Secret[]): void {
  for (const [what, value] of secrets) {
    const values = noted.get(what) ?? new Set();
    noted.set(what, values);
    if (values.size < MOST_OF_A_KIND && isTelling(value)) values.add(value);
  }
}

/** Tokens and signatures of a request's head, and what its address asks for. */
export function secretsOfHead(url: URL, headers: Headers): Secret[] {
  const token = headers.get("authorization")?.replace(/^bearer /i, "");
  const name = /\/files\/.*?([^/]+)$/.exec(url.pathname)?.[1];
  const asked = ["name", "search"].flatMap((key) => url.searchParams.getAll(key));
  return [
    ...(token === undefined ? [] : [["a token", token] as const]),
    ...(name === undefined ? [] : [["a name", decoded(name)] as const]),
    ...asked.map((value) => ["a name", value] as const),
    ...signaturesIn(url.href),
  ];
}

/** Every text of a JSON body by its own name, and the lines of any other, which is a file or holds some. */
export function secretsOfBody(body: string): Secret[] {
  try {
    return textsIn(JSON.parse(body), "a value");
  } catch {
    return body.split(/\r?\n/).map((line) => ["a line of a file", line]);
  }
}

/** Signed addresses and forms, and a guest's token. */
export function secretsOfAnswer(text: string): Secret[] {
  const guest = /"session_token"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  return [...signaturesIn(text), ...(guest === undefined ? [] : [["a guest's token", guest] as const])];
}

function signaturesIn(text: string): Secret[] {
  const found = text.matchAll(/x-amz-signature(?:=|"\s*:\s*")([0-9a-f]{64})/gi);
  return [...found].map(([, signature = ""]) => ["a signature", signature]);
}

/** Names of fields whose texts are for everybody to read: what kind of thing is asked for, and when. */
const told = /^(session_id|platform|status|folder|format|mode|role|content_type|expected_.*|.*_id|.*_at)$/;

function textsIn(value: unknown, name: string): Secret[] {
  if (typeof value === "string") return told.test(name) ? [] : [[`a value of ${name}`, value]];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, key));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
