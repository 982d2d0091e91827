/** Whether one of these scripts imports the module that a file is: then it has to lie beside them. */
export function isImported(name: string, others: readonly { bytes: Buffer }[]): boolean {
  const module = name.replace(/\.py$/i, "");
  if (!/^[A-Za-z_]\w*$/.test(module)) return false;
  const statement = new RegExp(`^[ \\t"]*(?:from|import)\\b[^\\n#]*\\b${module}\\b`, "m");
  return others.some(({ bytes }) => statement.test(bytes.toString("latin1")));
}
