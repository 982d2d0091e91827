/** Texts, and the brackets around names. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/** True where an object within this valid JSON has two values of one name, so that one of them would be lost. */
export function hasDoubledName(json: string): boolean {
  /** By object that is open its names so far; of arrays nothing. */
  const open: (Set<string> | undefined)[] = [];
  let text = "";
  for (const [token] of json.matchAll(TOKENS)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name = JSON.parse(text) as string;
      const names = open.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    } else if (token !== ",") text = token;
  }
  return false;
}
