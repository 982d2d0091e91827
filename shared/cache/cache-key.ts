import { sha256Hex } from "../ids.ts";

/**
 * The name of a pair's entry. A JSON array says where the one text ends and the other begins, so no two pairs share a
 * name (`"a:b","c"` and `"a","b:c"`, say), and it writes down a lone half of a character, which UTF-8 cannot. The texts
 * are taken as they are: other case, spaces or Unicode forms are other questions.
 */
export function cacheHash(query: string, mode: string): string {
  return sha256Hex(JSON.stringify([query, mode]));
}
