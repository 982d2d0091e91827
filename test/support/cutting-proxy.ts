import { createServer, connect as connectTo, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";

/** A proxy on loopback that hands bytes on both ways, until it cuts. */
export interface CuttingProxy {
  /** The socket to use in the place of one to the server itself. */
  connect(): Socket;
  /** Connections that were cut so far. */
  cuts(): number;
  close(): Promise<void>;
}

/** What becomes of one connection: handed on to its end, or cut when so many bytes went in one direction. */
export type Fate = { cut: "none" } | { cut: "up" | "down"; afterBytes: number; how: "end" | "reset" };

/** Stands before the server on this port of loopback; each new connection has its fate drawn. */
export async function startCuttingProxy(port: number, drawFate: () => Fate): Promise<CuttingProxy> {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connectTo(port, "127.0.0.1");
    const fate = drawFate();
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {}); // the other side learns of it by "close"
      socket.once("close", () => open.delete(socket));
    }
    const onCut = (how: "end" | "reset") => {
      cuts++;
      for (const socket of [client, upstream]) how === "reset" ? socket.resetAndDestroy() : socket.destroy();
    };
    handOn(client, upstream, fate.cut === "up" ? fate : undefined, onCut);
    handOn(upstream, client, fate.cut === "down" ? fate : undefined, onCut);
  });
  const own = await listen(server);
  return {
    connect: () => connectTo(own, "127.0.0.1"),
    cuts: () => cuts,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** One direction; the bytes before the cut still arrive, as far as the system takes them. */
function handOn(
  from: Socket,
  to: Socket,
  fate: { afterBytes: number; how: "end" | "reset" } | undefined,
  onCut: (how: "end" | "reset") => void,
): void {
  let left = fate?.afterBytes ?? Number.POSITIVE_INFINITY;
  from.on("data", (chunk) => {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    if (!to.write(piece)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
    if (left > 0 || fate === undefined) return;
    from.pause();
    to.write("", () => onCut(fate.how));
  });
  from.once("close", (hadError) => (hadError ? to.destroy() : to.end()));
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
