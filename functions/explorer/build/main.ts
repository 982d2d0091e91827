/** Builds the page as it is deployed: `node functions/explorer/build/main.ts <folder>`. */
import { bundlePage } from "./page-bundle.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: node functions/explorer/build/main.ts <folder>");
await bundlePage(folder, 11);
