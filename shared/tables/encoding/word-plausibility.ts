/** Signs that tables hold without any word around them: degrees, units, prices, quotation marks, dashes. */
const SIGNS = /^[\p{ASCII}°µ€£¥§±²³½¼¾×÷‘’‚“”„–—…•·™©®¿¡«»ºª‹›\u00a0]*$/u;
const LATIN = /\p{Script=Latin}/u;
const LETTER = /[\p{L}\p{M}]/u;
const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** Between letters these are no mistake: `it’s`, `l·l`, a soft hyphen. */
const JOINS_LETTERS = /[-’‘'·\u00ad&.]/;

/** True where all that is beyond ASCII are signs as they occur in any Western table. */
export function holdsSignsOnly(text: string): boolean {
  return SIGNS.test(text);
}

/** The share of words in which letters stand as they do in some language, from 0 to 1. */
export function plausibleShare(text: string): number {
  const words = text.split(" ").filter((word) => word !== "");
  if (words.length === 0) return 0;
  return words.filter(isPlausible).length / words.length;
}

/**
 * False for what a wrong encoding makes of a word: a sign between letters, a capital behind a small letter, one letter
 * of another script among Latin ones.
 */
function isPlausible(word: string): boolean {
  const characters = [...word];
  return characters.every((character, index) => {
    const before = characters[index - 1];
    const after = characters[index + 1];
    return character <= "\u007f" || stands(character, before, after);
  });
}

function stands(character: string, before: string | undefined, after: string | undefined): boolean {
  const isAfterLetter = before !== undefined && LETTER.test(before);
  const isBeforeLetter = after !== undefined && LETTER.test(after);
  if (!LETTER.test(character)) {
    if (character === "\ufffd" || (character >= "\u0080" && character <= "\u009f")) return false;
    return !(isAfterLetter && isBeforeLetter) || JOINS_LETTERS.test(character);
  }
  if (isAfterLetter && isSmall(before) && isCapital(character)) return false;
  if (isBeforeLetter && isSmall(character) && isCapital(after) && isAfterLetter) return false;
  const isBesideLatin = (isAfterLetter && LATIN.test(before)) || (isBeforeLetter && LATIN.test(after));
  if (LATIN.test(character) || !isBesideLatin) return true;
  // `ABC会社` is a name; one ideograph alone among letters is two letters of some other encoding.
  const isAlone = !(before !== undefined && IDEOGRAPH.test(before)) && !(after !== undefined && IDEOGRAPH.test(after));
  return IDEOGRAPH.test(character) && !isAlone;
}

function isCapital(character: string): boolean {
  return character !== character.toLowerCase();
}

function isSmall(character: string): boolean {
  return character !== character.toUpperCase() && character === character.toLowerCase();
}
