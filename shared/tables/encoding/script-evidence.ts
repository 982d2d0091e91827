/** Letters beyond ASCII of languages that are written in Windows-1252; `ß` and the like stand for themselves. */
const WESTERN_ALPHABETS = [
  "áéíóúüñªº", // Spanish
  "áâãàçéêíóôõúü", // Portuguese
  "àâæçéèêëîïôöœùûüÿñ", // French
  "äöüßéèàáç", // German
  "áàâäéèêëïíîóöôúûü", // Dutch, Afrikaans
  "æøåäöüéèô", // Danish, Norwegian, Swedish, Finnish
  "áðéíóúýþæö", // Icelandic
  "àèéìíîòóùúï", // Italian
  "àçèéíïòóúü", // Catalan
  "çëâ", // Albanian
  "õäöüé", // Estonian
].map((letters) => new Set(letters));

/** Of the letters of a text so many may come from elsewhere: names of people and places. */
const FOREIGN_SHARE = 0.12;

/** True where one Western language has (nearly) all letters of the text. */
export function isOfWesternAlphabet(text: string): boolean {
  const letters = [...text.toLowerCase()].filter((character) => character > "\u007f" && /\p{L}/u.test(character));
  return WESTERN_ALPHABETS.some((alphabet) => {
    const foreign = letters.filter((letter) => !alphabet.has(letter)).length;
    return foreign <= Math.max(1, letters.length * FOREIGN_SHARE);
  });
}

/** True for text with so much kana that it is Japanese, however short. */
export function isKana(text: string): boolean {
  const characters = [...text].filter((character) => character > "\u007f");
  const kana = characters.filter((character) => /[\u3041-\u3096\u30a1-\u30fa]/.test(character)).length;
  const ideographs = characters.filter((character) => /[\u30fc\u3001\u3002\p{Script=Han}]/u.test(character)).length;
  return kana >= 3 && kana * 4 >= characters.length && kana + ideographs >= characters.length * 0.9;
}

/** Korean is written with Hangul and few other signs; Chinese that is read as Korean is not. */
export function hangulShare(text: string): number {
  const characters = [...text].filter((character) => character > "\u007f");
  const hangul = characters.filter((character) => /\p{Script=Hangul}/u.test(character)).length;
  return characters.length === 0 ? 0 : hangul / characters.length;
}
