/** `npm run build:client`: the client's package in `dist/client`, for `npm pack ./dist/client`. */
import { buildClientPackage } from "./build-package.ts";

const FOLDER = "dist/client";
await buildClientPackage(FOLDER);
console.log(`${FOLDER} is ready: npm pack ./${FOLDER}`);
