import { holdsSignsOnly, plausibleShare } from "./word-plausibility.ts";
import type { ForeignWords } from "./foreign-words.ts";
import { hangulShare, isKana, isOfWesternAlphabet } from "./script-evidence.ts";

/** What the bytes of an old text most likely mean. */
export interface LegacyGuess {
  /** A name of the WHATWG's Encoding Standard. */
  encoding: string;
  /** What speaks for it, as a clause. */
  evidence: string;
  /** Encodings in which the text would read otherwise and nearly as well: the likeliest first. */
  rivals: string[];
}

export const WESTERN = "windows-1252";

/** What the detector calls an encoding, and what decoders call the one that contains it. */
const NAMES: Readonly<Record<string, string>> = {
  cp1250: "windows-1250",
  cp1251: "windows-1251",
  cp1252: WESTERN,
  cp1253: "windows-1253",
  cp1254: "windows-1254",
  cp1255: "windows-1255",
  cp1256: "windows-1256",
  cp1257: "windows-1257",
  cp1258: "windows-1258",
  "koi8-r": "koi8-r",
  "koi8-u": "koi8-u",
  cp866: "ibm866",
  "mac-roman": "macintosh",
  "mac-cyrillic": "x-mac-cyrillic",
  cp874: "windows-874",
  "iso8859-2": "iso-8859-2",
  "iso8859-5": "iso-8859-5",
  "iso8859-7": "iso-8859-7",
  big5hkscs: "big5",
  cp949: "euc-kr",
  gb18030: "gb18030",
  cp932: "shift_jis",
  euc_jis_2004: "euc-jp",
  shift_jis_2004: "shift_jis",
};

/** Letters of the Latin script: the languages look alike, and most such files are Western. */
const LATIN_ENCODINGS = new Set([
  "windows-1250",
  "windows-1254",
  "windows-1257",
  "windows-1258",
  "iso-8859-2",
  "macintosh",
]);

/** Encodings of one byte a letter in which whole words are beyond ASCII, not single letters of them. */
const OTHER_SCRIPTS = new Set(
  ["windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-874", "koi8-r", "koi8-u"].concat([
    "ibm866",
    "x-mac-cyrillic",
    "iso-8859-5",
    "iso-8859-7",
  ]),
);

/** How much better than Western another reading has to be: of Latin letters, all of which a Western language has, or not. */
const LEAD_OVER_A_LANGUAGE = 3;
const LATIN_LEAD = 1.15;
const LATIN_LEAD_OF_FEW_WORDS = 1.5;
const LEAD = 1.05;
/** So few words may come from anywhere. */
const FEW_WORDS = 8;
/** What kana is worth, which comes about by chance in no other encoding. */
const KANA_SCORE = 0.5;
/** Nearer than this a reading is a rival to be named. */
const CLOSE = 0.75;
/** Bytes that a damaged text of the encoding may have among its good ones. */
const MAX_DAMAGE = 0.005;

interface Reading {
  encoding: string;
  text: string;
  score: number;
}

/** Which encoding makes words of some language of these bytes; Western where nothing does so clearly. */
export async function guessLegacyEncoding(foreign: ForeignWords): Promise<LegacyGuess> {
  const { words, lines, count } = foreign;
  const western = new TextDecoder(WESTERN).decode(words);
  if (holdsSignsOnly(western))
    return { encoding: WESTERN, evidence: "not UTF-8, and no letters but signs", rivals: [] };
  const mayBeForeign = hasForeignWords(words);
  const readings = (await rankReadings(words)).filter(
    ({ encoding }) => (mayBeForeign || !OTHER_SCRIPTS.has(encoding)) && fits(lines, encoding),
  );
  const best = chooseReading(readings, count);
  if (best === undefined) return { encoding: WESTERN, evidence: "not UTF-8, and no other encoding fits", rivals: [] };
  const isClear = ({ score, text }: Reading) => text === best.text || score < best.score * CLOSE;
  const rivals = readings.filter((reading) => reading.score > 0 && !isClear(reading)).map(({ encoding }) => encoding);
  const evidence = `not UTF-8; ${count} ${count === 1 ? "word" : "words"} with other letters read best so`;
  return { encoding: best.encoding, evidence, rivals: rivals.slice(0, 3) };
}

async function rankReadings(words: Buffer): Promise<Reading[]> {
  // Most files are UTF-8: the detector's model costs them nothing.
  const { chardet } = await import("jschardet");
  const found = chardet.detectAll(words, {
    compatNames: false,
    ignoreThreshold: true,
    encodingEra: chardet.EncodingEra.ALL,
    includeEncodings: Object.keys(NAMES),
  });
  const readings = new Map<string, Reading>();
  for (const { encoding: name, confidence } of found) {
    const encoding = NAMES[name ?? ""];
    if (encoding === undefined || readings.has(encoding)) continue;
    const text = new TextDecoder(encoding).decode(words);
    readings.set(encoding, {
      encoding,
      text,
      score: confidence * plausibleShare(text) ** 2 * ownScript(encoding, text),
    });
  }
  for (const encoding of ["shift_jis", "euc-jp"]) {
    const text = new TextDecoder(encoding).decode(words);
    if (isKana(text)) readings.set(encoding, { encoding, text, score: KANA_SCORE });
  }
  return [...readings.values()].toSorted((a, b) => b.score - a.score);
}

/** True where a good part of the words are written in other letters from their beginning to their end. */
function hasForeignWords(words: Buffer): boolean {
  const all = words
    .toString("latin1")
    .split(" ")
    .filter((word) => word !== "");
  return all.filter((word) => /[\x80-\xff]{3}/.test(word)).length >= all.length * 0.3;
}

function ownScript(encoding: string, text: string): number {
  return encoding === "euc-kr" ? hangulShare(text) : 1;
}

/** Western, unless another reading leads clearly. */
function chooseReading(readings: readonly Reading[], words: number): Reading | undefined {
  const western = readings.find(({ encoding }) => encoding === WESTERN);
  if (western === undefined) return readings[0];
  const [overLanguage, overLetters] =
    words < FEW_WORDS ? [Number.POSITIVE_INFINITY, LATIN_LEAD_OF_FEW_WORDS] : [LEAD_OVER_A_LANGUAGE, LATIN_LEAD];
  const latinLead = isOfWesternAlphabet(western.text) ? overLanguage : overLetters;
  const leads = ({ encoding, score }: Reading) => {
    return score > western.score * (LATIN_ENCODINGS.has(encoding) ? latinLead : LEAD);
  };
  return readings.find(leads) ?? western;
}

/** True where hardly a byte means nothing in this encoding. */
function fits(lines: Buffer, encoding: string): boolean {
  const text = new TextDecoder(encoding).decode(lines);
  return text.split("\ufffd").length - 1 <= foreignBytes(lines) * MAX_DAMAGE;
}

function foreignBytes(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte >= 0x80) count++;
  return count;
}
