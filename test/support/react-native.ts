/**
 * As much of React Native's JavaScript as matters to a client: its globals, and their gaps. There is no crypto, no
 * streams, no URL search parameters that take pairs; Blobs and forms hold no bytes, and signals give no reasons.
 * (Libraries/Blob, Libraries/Network and abort-controller of react-native 0.8x.)
 */
import { createContext, runInContext } from "node:vm";
import { text } from "node:stream/consumers";

/** Runs a script that leaves its exports in the global `walked`, and answers them. */
export function runInReactNative<Exports>(script: string): Exports {
  const context = createContext({
    ...{ fetch: nativeFetch, Headers, TextEncoder, setTimeout, clearTimeout, btoa, console },
    ...{ Blob: NativeBlob, FormData: NativeForm, AbortController: NativeController },
  });
  runInContext(script, context);
  return (context as unknown as { walked: Exports }).walked;
}

class NativeBlob {
  constructor(parts: unknown[] = []) {
    if (parts.some((part) => typeof part !== "string" && !(part instanceof NativeBlob))) {
      throw new Error("Creating blobs from 'ArrayBuffer' and 'ArrayBufferView' are not supported");
    }
  }
}

class NativeForm {
  append(_name: string, value: unknown): void {
    if (typeof value !== "string") throw new Error("A file of a form is an object with a `uri`");
  }
}

class NativeSignal {
  aborted = false;
  readonly listeners = new Set<() => void>();
  addEventListener(_type: "abort", listener: () => void): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners.delete(listener);
  }
}

class NativeController {
  readonly signal = new NativeSignal();
  abort(): void {
    this.signal.aborted = true;
    for (const listener of this.signal.listeners) listener();
  }
}

interface NativeInit {
  method?: string;
  headers?: Headers;
  body?: unknown;
  signal?: NativeSignal;
}

/** Over the network as Node's own, with bodies of text and bytes, and with answers that have no stream. */
async function nativeFetch(url: string, { signal, body, ...init }: NativeInit): Promise<object> {
  const isSendable = body === undefined || typeof body === "string" || ArrayBuffer.isView(body);
  if (!isSendable) throw new TypeError("Unsupported body");
  const controller = new AbortController();
  signal?.addEventListener("abort", () => controller.abort());
  const sent = body === undefined ? {} : { body: body as string };
  const { status, ok, headers, body: answer } = await fetch(url, { ...init, ...sent, signal: controller.signal });
  const read = () => (answer === null ? Promise.resolve("") : text(answer));
  return { status, ok, headers, text: read, json: async () => JSON.parse(await read()) as unknown };
}
