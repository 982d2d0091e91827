import { randomUUID } from "node:crypto";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, CubbyError, createClient } from "../../shared/client/index.ts";
import { assertNoSecretsBy } from "./host-logs.ts";
import { startTestHost } from "./local-host.ts";
import { sentSecrets } from "./sent-secrets.ts";
import { throughGenerated } from "./through-generated.ts";

/**
 * A host for one test file. Bucket and table have names of their own, so that files can share a pair of engines. At its
 * end the logs of all functions are searched for what no log may hold, whatever the file's tests sent.
 */
export async function startAcceptanceHost(env: Record<string, string> = {}): Promise<Host> {
  const name = `cubby-${randomUUID()}`;
  const host = await startTestHost({ env: { SESSION_BUCKET: name, SESSION_TABLE: name, ...env } });
  const since = Date.now();
  const { close } = host;
  // In place: some of a deployment's properties cannot even be read.
  host.close = async () => {
    try {
      await assertNoSecretsBy(host, since, sentSecrets());
    } finally {
      await close();
    }
  };
  return host;
}

/**
 * A client with a developer token for this user, without keys of its own: what a call costs is the call's alone. With
 * `CUBBY_CLIENT=generated` its calls go through openapi-fetch.
 */
export async function clientOf(host: Host, sub: string, claims: { scope?: string } = {}): Promise<Client> {
  const token = await host.issueToken({ sub, scope: claims.scope ?? "cubby/sessions" });
  const isGenerated = process.env.CUBBY_CLIENT === "generated";
  return createClient({
    baseUrl: host.url,
    token,
    automaticKeys: false,
    ...(isGenerated ? { fetch: throughGenerated(host.url) } : {}),
  });
}

/** A new session of this client. */
export async function newSession(client: Client): Promise<string> {
  const session = await client.call("createSession", { body: { platform: "web" } });
  return session.session_id;
}

/** The problem that a call ends with; fails the test when it succeeds. */
export async function problemOf(call: Promise<unknown>): Promise<{ status: number; code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CubbyError) return { status: error.status, code: error.code, message: error.message };
    throw error;
  }
  throw new Error("The call succeeded");
}

/** Bytes that compress badly and never look like a table. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = 1;
  for (let index = 0; index < size; index++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[index] = state >> 16;
  }
  return bytes;
}
