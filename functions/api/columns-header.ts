/** API Gateway takes 10 KB of headers, all of them together. */
const MAX_CHARACTERS = 4096;

/**
 * The columns of an answer that has no place for them: `cubby-columns`, JSON in ASCII. Where they are too many they are
 * left out, and `DESCRIBE` in front of the statement tells them.
 */
export function columnsHeader(columns: readonly { name: string; type: string }[]): Record<string, string> {
  const text = JSON.stringify(columns).replace(/[\u007f-\uffff]/g, escapeCharacter);
  return text.length > MAX_CHARACTERS ? {} : { "cubby-columns": text };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
