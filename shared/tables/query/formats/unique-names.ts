import { NameSet } from "../../name-set.ts";
import type { QueryColumn } from "../frames.ts";

/** Names of columns for formats in which each has to have its own: the second `a` becomes `a_2`. */
export function uniqueNames(columns: readonly Pick<QueryColumn, "name">[]): string[] {
  const taken = new NameSet();
  return columns.map(({ name }) => taken.addUnique(name));
}
