import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { toSessionFiles } from "../../../functions/convert/scripts/session-tables.ts";
import { flattenEntryNames } from "../../../shared/files/zip-flatten.ts";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { scriptLanguage } from "../../../shared/python/script-language.ts";
import { convertFolder } from "./convert-folder.ts";

/** A script, and where it runs before and after: beside its data, and beside the session's database alone. */
export interface ScriptPair {
  script: string;
  before: string;
  after: string;
  /** Where what it prints and reads is kept, with an ending of its own. */
  output: string;
}

const HELPER = new URL("../../../shared/python/session_data.py", import.meta.url);

/**
 * Converts the data of a project as an upload would be, rewrites its scripts, and lays out two folders for each of
 * them. Answers the pairs, and the scripts of which nothing was rewritten.
 */
export async function preparePairs(project: string, work: string): Promise<{ pairs: ScriptPair[]; same: string[] }> {
  const all = (await readdir(project, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = all.map((entry) => relative(project, join(entry.parentPath, entry.name)));
  const names = flattenEntryNames(paths.map((path) => path.replaceAll("\\", "/")));
  const isScript = (path: string) => scriptLanguage(path) !== undefined;
  const uploads = join(work, "uploads");
  await mkdir(uploads, { recursive: true });
  for (const [path, name] of names) if (!isScript(path)) await cp(join(project, path), join(uploads, name));
  const database = join(work, "project_data.db");
  const files = toSessionFiles(await convertFolder(uploads, database));
  const tabular = new Set(files.map(({ path }) => basename(path)));
  const others = paths.filter((path) => !isScript(path) && !tabular.has(names.get(path) ?? ""));
  const pairs: ScriptPair[] = [];
  const same: string[] = [];
  for (const [path, name] of names) {
    if (!isScript(path)) continue;
    const { output } = await rewriteScript(`uploads/${name}`, await readFile(join(project, path)), files);
    if (output === undefined) same.push(path);
    const pair = await layOut(work, { project, path, database, rewritten: output, others });
    if (output !== undefined) pairs.push(pair);
  }
  await rm(uploads, { recursive: true });
  return { pairs, same };
}

interface Layout {
  project: string;
  path: string;
  database: string;
  rewritten: Buffer | undefined;
  /** Data that became no table, and stays a file. */
  others: readonly string[];
}

async function layOut(work: string, { project, path, database, rewritten, others }: Layout): Promise<ScriptPair> {
  const folder = join(work, path.replaceAll(/[^\w.]+/g, "_"));
  const script = basename(path);
  const pair = { script, before: join(folder, "before"), after: join(folder, "after"), output: join(folder, "run") };
  await cp(project, pair.before, { recursive: true });
  await mkdir(pair.after, { recursive: true });
  if (rewritten !== undefined) await writeFile(join(pair.after, script), rewritten);
  await cp(HELPER, join(pair.after, "session_data.py"));
  await cp(database, join(pair.after, "project_data.db"));
  for (const other of others) {
    const place = relative(dirname(path), other);
    if (!place.startsWith("..")) await cp(join(project, other), join(pair.after, place));
  }
  // Beside its data the script runs where it stands.
  return { ...pair, before: join(pair.before, path.slice(0, path.length - script.length)) };
}
