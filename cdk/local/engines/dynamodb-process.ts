/**
 * The child process that carries the DynamoDB engine: dynoxide where its binary is installed, dynalite elsewhere.
 * It stands between host and engine because a native binary does not notice that its parent is gone; this process
 * does, when the IPC channel closes, and takes the engine with it. So kill -9 of the host leaves nothing running.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { LOOPBACK } from "../http.ts";

type Dynalite = (options: { path: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }) => {
  listen(port: number, host: string): void;
};

const [binary = "", path = "", port = ""] = process.argv.slice(2);

if (binary === "") {
  const dynalite: Dynalite = createRequire(import.meta.url)("dynalite");
  dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }).listen(Number(port), LOOPBACK);
  process.on("disconnect", () => process.exit(0));
} else {
  const engine = spawn(binary, ["serve", "--host", LOOPBACK, "--port", port, "--db-path", path], { stdio: "inherit" });
  engine.on("spawn", () => process.send?.({ pid: engine.pid }));
  engine.on("error", () => process.exit(1));
  engine.on("exit", (code) => process.exit(code ?? 1));
  // SIGTERM lets SQLite close its files; a process that hangs is of no use to anyone.
  process.on("disconnect", () => {
    engine.kill("SIGTERM");
    setTimeout(() => engine.kill("SIGKILL"), 2000);
  });
}
