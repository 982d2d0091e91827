/**
 * The child process that carries the DynamoDB engine: dynoxide where its binary is installed, dynalite elsewhere.
 * It stands between host and engine because a native binary does not notice that its parent is gone; this process
 * does, when the IPC channel closes, and takes the engine with it. So kill -9 of the host leaves nothing running.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { LOOPBACK } from "../http.ts";
import type { EngineMessage } from "./dynamodb-child.ts";

type Dynalite = (options: { path: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }) => {
  listen(port: number, host: string, onListening: () => void): void;
};

const [binary = "", path = "", port = ""] = process.argv.slice(2);

function sayListening(pid: number): void {
  process.send?.({ listening: true, pid } satisfies EngineMessage);
}

function runDynalite(): void {
  const dynalite: Dynalite = createRequire(import.meta.url)("dynalite");
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(Number(port), LOOPBACK, () => sayListening(process.pid));
  process.on("disconnect", () => process.exit(0));
}

function runDynoxide(): void {
  const engine = spawn(binary, ["serve", "--host", LOOPBACK, "--port", port, "--db-path", path], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  // It says so on stderr. To try the port instead would take anyone's answer there for the engine's.
  let said = "";
  engine.stderr.on("data", (chunk: Buffer) => {
    process.stderr.write(chunk);
    if (said.includes("listening on")) return;
    said += chunk.toString();
    if (said.includes("listening on") && engine.pid !== undefined) sayListening(engine.pid);
  });
  engine.on("error", () => process.exit(1));
  engine.on("exit", (code) => process.exit(code ?? 1));
  // SIGTERM lets SQLite close its files; a process that hangs is of no use to anyone.
  process.on("disconnect", () => {
    engine.kill("SIGTERM");
    setTimeout(() => engine.kill("SIGKILL"), 2000);
  });
}

if (binary === "") runDynalite();
else runDynoxide();
