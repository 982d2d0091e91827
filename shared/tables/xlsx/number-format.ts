/** What a number format makes of a number. */
export type FormatMeaning = "number" | "percent" | "date" | "clock" | "duration";

/**
 * Formats that every Excel has without writing them down (ECMA-376, part 1, 18.8.30); 27 to 36 and 50 to 58
 * are those of the East Asian versions.
 */
const builtIn: Record<number, FormatMeaning> = { 9: "percent", 10: "percent", 46: "duration" };
for (const id of [14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]) builtIn[id] = "date";
for (const id of [18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56]) builtIn[id] = "clock";

/** The meaning of a format by its number; a code written in the workbook goes before the built-in one. */
export function meaningOfFormat(id: number, code: string | undefined): FormatMeaning {
  return code === undefined ? (builtIn[id] ?? "number") : meaningOfCode(code);
}

/** The meaning of a format code such as `yyyy\-mm\-dd;@`, from its first section. */
export function meaningOfCode(code: string): FormatMeaning {
  // "Standard" is what some programs write for "General" in German.
  if (/^(general|standard)$/i.test(code.trim())) return "number";
  const bare = code
    .replace(/"[^"]*"|\\.|[_*]./gs, "") // quoted text, escaped characters, padding
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, "") // colours, conditions, locales; [h] stays
    .split(";")[0]
    ?.replace(/am\/pm|a\/p|general/gi, "") as string;
  if (/\[(h+|m+|s+)\]/i.test(bare)) return "duration";
  // An m is a month unless it stands next to hours or seconds; then there is an h or s to find.
  if (/[yd]/i.test(bare) || /e/i.test(bare.replace(/[0#?.]+e[+-]?[0#?]+/gi, ""))) return "date";
  if (/[hs]/i.test(bare)) return /m/i.test(bare.replace(/h+[^a-z]*m+|m+[^a-z]*s+/gi, "")) ? "date" : "clock";
  if (/m/i.test(bare)) return "date";
  return bare.includes("%") ? "percent" : "number";
}
