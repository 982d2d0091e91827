import { extname } from "node:path";
import type { ScriptReport } from "../contract/script.ts";

/** What a script is written in, by its file's name; undefined for what is none. */
export function scriptLanguage(path: string): ScriptReport["language"] | undefined {
  const ending = extname(path).toLowerCase();
  return ending === ".py" ? "python" : ending === ".ipynb" ? "notebook" : undefined;
}
