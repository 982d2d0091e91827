import { constants, brotliCompressSync, gzipSync } from "node:zlib";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { createOpenApi } from "../../../shared/contract/openapi/document.ts";
import type { Route } from "../../../shared/contract/route.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { VERSION } from "../../../shared/version.ts";
import { renderDocs } from "../docs/docs-page.ts";
import type { Document } from "../docs/openapi-types.ts";
import type { Asset, Manifest } from "../manifest.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const source = "functions/explorer/page";

/** Browsers of the last years. They also have to know what is not syntax: `Map.groupBy`, `Promise.withResolvers`. */
const TARGET = ["es2022", "chrome120", "firefox121", "safari17.4"];

const mediaTypes: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * Builds the page into `folder`: `index.html`, `docs.html`, `manifest.json`, and `assets/` with names that carry their
 * content's hash, each beside its compressed forms. `brotliQuality` is 11 for what is deployed; 5 costs a tenth of the time.
 */
export async function bundlePage(folder: string, brotliQuality: number): Promise<void> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      app: `${source}/main.tsx`,
      style: `${source}/styles/main.css`,
      icon: `${source}/icon.svg`,
      docs: "functions/explorer/docs/docs.css",
    },
    outdir: "assets",
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: TARGET,
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "copy" },
    minify: true,
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    logLevel: "warning",
  });
  await mkdir(join(folder, "assets"), { recursive: true });
  const assets: Record<string, Asset> = {};
  for (const { path, contents } of outputFiles) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    assets[name] = await writeAsset(join(folder, "assets", name), contents, brotliQuality);
  }
  const manifest: Manifest = { assets, entries: entriesOf(metafile) };
  const { docsStyle: style, icon } = manifest.entries;
  const document = createOpenApi(Object.values(contract) as Route[], VERSION) as unknown as Document;
  await writeAsset(join(folder, "docs.html"), Buffer.from(renderDocs(document, { style, icon })), brotliQuality);
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "index.html"), await readFile(join(root, source, "index.html")));
}

async function writeAsset(path: string, contents: Uint8Array, quality: number): Promise<Asset> {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const brotli = brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
  const gzip = gzipSync(contents, { level: 9 });
  await mkdir(dirname(path), { recursive: true });
  await Promise.all([writeFile(path, contents), writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzip)]);
  return { type: mediaTypes[extension] ?? "application/octet-stream", bytes: contents.length, brotli: brotli.length };
}

/** The page's own files, and what the script imports at once: a browser that is told begins to fetch them earlier. */
function entriesOf({ outputs }: Metafile): Manifest["entries"] {
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const find = (entry: string, place = source) => {
    const found = Object.entries(outputs).find(([path, output]) => {
      return output.entryPoint === `${place}/${entry}` && !path.endsWith(".map");
    });
    if (found === undefined) throw new Error(`The page has no ${entry}`);
    return { name: nameOf(found[0]), output: found[1] };
  };
  const script = find("main.tsx");
  const preload = script.output.imports
    .filter(({ kind }) => kind === "import-statement")
    .map(({ path }) => nameOf(path));
  const docsStyle = find("docs.css", "functions/explorer/docs").name;
  return { script: script.name, style: find("styles/main.css").name, docsStyle, icon: find("icon.svg").name, preload };
}
