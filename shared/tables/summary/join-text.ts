import { code } from "../markdown.ts";
import type { JoinSide, JoinSuggestion } from "../joins/join-suggestion.ts";
import { readableName } from "../sql-text.ts";
import { count, number } from "./column-text.ts";

const MAX_JOINS = 15;
/** Names may be long; a condition that fills a page helps nobody. */
const MAX_CONDITION_LENGTH = 200;

/** Conditions for joins, and how far the values agree. */
export function joinLines(joins: readonly JoinSuggestion[]): string[] {
  const told = joins.filter((join) => conditionOf(join).length <= MAX_CONDITION_LENGTH);
  if (told.length === 0) return [];
  const lines = told.slice(0, MAX_JOINS).map(joinLine);
  const more = joins.length - lines.length;
  if (more > 0) lines.push(`- … and ${number(more)} more`);
  const how =
    "Found by names and types, and measured: of up to 1,000 random rows with a value on the left, so many find theirs on " +
    "the right, where each value stands in one row.";
  return [["## Joins that fit", "", how, "", ...lines].join("\n")];
}

function joinLine(join: JoinSuggestion): string {
  const { sampled, matching, because } = join;
  const share = matching === sampled ? "all" : `${Math.floor((matching / sampled) * 100)} %`;
  const doubt = because === "values" ? ", by their values alone" : "";
  return `- ${code(conditionOf(join))}: ${share} of ${count(sampled, "row")}${doubt}`;
}

function conditionOf({ many, one }: JoinSuggestion): string {
  return `${sideText(many)} = ${sideText(one)}`;
}

function sideText({ table, column }: JoinSide): string {
  return `${readableName(table)}.${readableName(column)}`;
}
