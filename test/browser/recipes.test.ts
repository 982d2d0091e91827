import { createServer, type Server } from "node:http";
import { build } from "esbuild";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { closeServer, LOOPBACK, listen } from "../../cdk/local/http.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { startBrowser } from "../support/browser.ts";
import { expectAccessible } from "../support/explorer.ts";

/** Somebody's page with React, and the button of the recipe in it. */
const page = (cubbyUrl: string) => `
import { createRoot } from "react-dom/client";
import { createClient } from "cubby/client";
import { UploadButton } from "./test/acceptance/recipes/upload-button.tsx";
let token;
const cubby = createClient({ baseUrl: "${cubbyUrl}", token: () => token });
const session = await cubby.api.createSession({ body: { platform: "web" } });
token = session.session_token;
const show = (tables) => { document.querySelector("output").textContent = "Tables: " + tables.join(", "); };
createRoot(document.querySelector("#app")).render(<UploadButton cubby={cubby} sessionId={session.session_id} onTables={show} />);
`;
const HTML = `<!doctype html><html lang="en"><title>Somebody's page</title><body><main><h1>Files</h1><div id="app"></div>
<output></output></main><script type="module" src="/page.js"></script></body></html>`;

let host: Host;
let browser: BrowserContext;
let server: Server;
let origin: string;

beforeAll(async () => {
  let script = "";
  server = createServer(({ url }, response) => {
    response.setHeader("content-type", url === "/page.js" ? "text/javascript" : "text/html");
    response.end(url === "/page.js" ? script : HTML);
  });
  origin = `http://${LOOPBACK}:${await listen(server, 0)}`;
  [host, browser] = await Promise.all([startAcceptanceHost({ CORS_ORIGINS: origin }), startBrowser()]);
  const { outputFiles } = await build({
    stdin: { contents: page(host.url), loader: "tsx", resolveDir: "." },
    ...{ bundle: true, write: false, format: "esm", platform: "browser", jsx: "automatic", jsxImportSource: "react" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  script = outputFiles[0]?.text ?? "";
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([host?.close(), closeServer(server)]);
});

test("the React button uploads a file and tells which tables came of it", async () => {
  const tab = await browser.newPage();
  await tab.goto(origin);
  const file = { name: "sales.csv", mimeType: "text/csv", buffer: Buffer.from("region,amount\nNorth,12\n") };
  await tab.getByLabel("Upload a file").setInputFiles(file);
  await tab.getByText("Tables: sales").waitFor({ timeout: 60_000 });
  await expectAccessible(tab);
});
