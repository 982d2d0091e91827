/** The module that is put beside a rewritten script. */
export const HELPER = "session_data";

/** How the helper is called in a script, and the line that brings it; none where the script has that line already. */
export interface HelperName {
  name: string;
  line: string | undefined;
}

/** A name that the script does not use for anything else. */
export function chooseHelperName(source: string): HelperName {
  const present = /^import session_data(?:[ \t]+as[ \t]+(\w+))?[ \t]*$/m.exec(source);
  if (present !== null) return { name: present[1] ?? HELPER, line: undefined };
  const taken = new Set(source.match(/\b_*session_data(_\d+)?\b/g) ?? []);
  if (!taken.has(HELPER)) return { name: HELPER, line: `import ${HELPER}` };
  let name = `_${HELPER}`;
  for (let next = 2; taken.has(name); next++) name = `_${HELPER}_${next}`;
  return { name, line: `import ${HELPER} as ${name}` };
}
