import { connect } from "node:net";

const PATIENCE_MS = 30_000;

/** What came back on a connection that was written to by hand. */
export type RawAnswer =
  | { kind: "answered"; status: number; type: string; body: string }
  /** Without an answer. */
  | { kind: "closed" }
  | { kind: "silent" };

/** Writes these bytes as they are and closes its side; answers the first response. */
export function talkRaw(url: string, bytes: Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (isSilent: boolean) => {
      socket.destroy();
      resolve(readAnswer(Buffer.concat(pieces)) ?? (isSilent ? { kind: "silent" } : { kind: "closed" }));
    };
    socket.setTimeout(PATIENCE_MS, () => end(true));
    socket.on("data", (piece) => {
      pieces.push(piece);
      if (isWhole(Buffer.concat(pieces))) end(false);
    });
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
    // Not closed on our side: who waits for more has to find out by himself.
    socket.write(bytes);
  });
}

function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString("latin1");
  const head = text.indexOf("\r\n\r\n");
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1];
  return head > 0 && length !== undefined && bytes.length >= head + 4 + Number(length);
}

function readAnswer(bytes: Buffer): RawAnswer | undefined {
  const text = bytes.toString("utf8");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  if (status === undefined) return undefined;
  const type = /^content-type: *(.*)$/im.exec(head)?.[1]?.trim() ?? "";
  return { kind: "answered", status: Number(status), type, body: rest.join("\r\n\r\n") };
}
