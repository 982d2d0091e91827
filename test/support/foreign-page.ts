import { createServer } from "node:http";
import { build } from "esbuild";
import { closeServer, LOOPBACK, listen } from "../../cdk/local/http.ts";

/** A web server of somebody else's: its one page loads `cubby/client`, bundled, as the global `cubby`. */
export interface ForeignPage {
  origin: string;
  close(): Promise<void>;
}

/** Every such server has a port of its own, and so an origin of its own. */
export async function serveForeignPage(): Promise<ForeignPage> {
  const script = await bundleClient();
  const server = createServer((request, response) => {
    const isScript = request.url === "/client.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><title>Elsewhere</title><script src="/client.js"></script>');
  });
  const port = await listen(server, 0);
  return { origin: `http://${LOOPBACK}:${port}`, close: () => closeServer(server) };
}

async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["shared/client/index.ts"],
    bundle: true,
    format: "iife",
    globalName: "cubby",
    platform: "browser",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
