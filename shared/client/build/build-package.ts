/** The client as a package of its own: what somebody installs who has nothing of this repository. */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript-with-api";
import { plainDeclarations } from "./plain-types.ts";

const shared = fileURLToPath(new URL("../../", import.meta.url));
const entries = ["client/index", "client/disk-file"];

/** Writes the package into a folder, which is emptied first; `npm pack <folder>` makes a tarball of it. */
export async function buildClientPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([writeScripts(folder), writeManifest(folder), writeDeclarations(folder)]);
  await copyFile(join(shared, "..", "LICENSE"), join(folder, "LICENSE"));
  await copyFile(join(shared, "client", "build", "README.md"), join(folder, "README.md"));
}

/** One file an entry, readable, as bundlers make their own of it. */
async function writeScripts(folder: string): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, join(shared, `${entry}.ts`)])),
    ...{ outdir: folder, bundle: true, format: "esm", target: "es2022", platform: "neutral", logLevel: "silent" },
    external: ["node:*"],
  });
}

async function writeManifest(folder: string): Promise<void> {
  const own = JSON.parse(await readFile(join(shared, "..", "package.json"), "utf8")) as Record<string, unknown>;
  const { name, version, license } = own;
  const exports = Object.fromEntries(
    entries.map((entry) => [
      `./${entry.replace("/index", "")}`,
      { types: `./${entry}.d.ts`, default: `./${entry}.js` },
    ]),
  );
  const description = "The typed client of Cubby, over fetch: for browsers, Node, React Native and edge runtimes";
  const manifest = { name, version, description, license, type: "module", sideEffects: false, exports };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The client's declarations as the compiler emits them, and the contract's made plain. */
async function writeDeclarations(folder: string): Promise<void> {
  const program = ts.createProgram({
    rootNames: entries.map((entry) => join(shared, `${entry}.ts`)),
    options: {
      ...{ target: ts.ScriptTarget.ES2024, lib: ["lib.es2024.d.ts", "lib.esnext.disposable.d.ts"], types: ["node"] },
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true },
      ...{ exactOptionalPropertyTypes: true, allowImportingTsExtensions: true, skipLibCheck: true },
      ...{ declaration: true, emitDeclarationOnly: true, outDir: folder, rootDir: shared },
    },
  });
  const checker = program.getTypeChecker();
  const wanted = new Set(entries.map((entry) => `${entry}.ts`));
  for (const file of wanted) {
    const source = program.getSourceFile(join(shared, file));
    if (source === undefined) throw new Error(`Cannot declare "${file}": nothing imports it`);
    const isContract = file.startsWith("contract/");
    const text = isContract ? plainDeclarations(checker, source) : declarationOf(program, source);
    for (const specifier of importsOf(text)) wanted.add(join(dirname(file), specifier));
    const target = join(folder, file.replace(/\.ts$/, ".d.ts"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, toJs(text));
  }
}

/** Of one file alone: the contract's own could not even be named without zod. */
function declarationOf(program: ts.Program, source: ts.SourceFile): string {
  let declaration = "";
  const { diagnostics } = program.emit(source, (_file, text) => {
    declaration = text;
  });
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  return declaration;
}

function importsOf(declaration: string): string[] {
  return [...declaration.matchAll(/from "(\.[^"]+\.ts)"/g)].map(([, specifier = ""]) => specifier);
}

function toJs(declaration: string): string {
  return declaration.replaceAll(/(from ")(\.[^"]+)\.ts"/g, '$1$2.js"');
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => shared,
  getNewLine: () => "\n",
};
