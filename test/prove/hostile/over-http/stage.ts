/**
 * The local host with all its processes, as people meet it: each request goes through its gateway. Queries end sooner
 * than on AWS, so that a statement that never would end does not hold up the others.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../../../cdk/local/host.ts";
import { topologyOfStacks } from "../../../../cdk/local/topology.ts";
import type { FunctionName } from "../../../../cdk/topology.ts";
import { createStorageClients } from "../../../../shared/aws/clients.ts";
import { type Client, createClient } from "../../../../shared/client/index.ts";
import { makeTokenKit, type TokenKit } from "../../../support/hostile-tokens/token-kit.ts";
import { startTestHost } from "../../../support/local-host.ts";
import { startOidcIssuer } from "../../../support/oidc-issuer.ts";
import { pointSdkAt } from "../../../support/own-stores.ts";
import { audit } from "../../audit/auditor.ts";
import { temporaryFiles } from "../../audit/temporary-files.ts";
import { Told } from "../../audit/told.ts";
import { type Answered, toAnswered } from "./answered.ts";

const QUERY_SECONDS = 4;
const ROOM = { MAX_SESSIONS: "10000", MAX_FILE_SIZE_MB: "1000", MAX_SESSION_FILES: "10000" };
/** A database that the query function keeps for the next statement. */
const CACHED = /tmp\/[0-9a-f]{64}-\d+\.db$/;
const FUNCTIONS: readonly FunctionName[] = ["api", "convert", "query"];

/** Somebody with a session. */
export interface Visitor {
  client: Client;
  sessionId: string;
}

export interface HttpStage extends AsyncDisposable {
  host: Host;
  kit: TokenKit;
  told: Told;
  /** A session of this user. */
  visitor(user?: string): Promise<Visitor>;
  /** A request by the session's owner; `path` begins behind the session's own. */
  send(visitor: Visitor, path: string, init?: RequestInit): Promise<Answered>;
  /** Whatever anybody sends. */
  fetch(path: string, init?: RequestInit): Promise<Answered>;
  /** Somebody's token, good for a day. */
  tokenOf(user: string): string;
  /** Processor time of the functions' processes so far. */
  cpuMs(): number;
  /** What is in bucket, table and folders and should not be, and what failed inside. */
  audit(): Promise<string[]>;
}

export const sha256Of = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export async function openStage(): Promise<HttpStage> {
  const idp = await startOidcIssuer();
  const kit = makeTokenKit(idp);
  const name = `cubby-${randomUUID()}`;
  const { functions } = topologyOfStacks;
  const query = { ...functions.query, timeoutSeconds: QUERY_SECONDS };
  // The sweep would tidy up what the auditor has to see.
  const sweep = { ...functions.sweep, triggers: [] };
  const topology = { ...topologyOfStacks, functions: { ...functions, query, sweep } };
  const env = { OIDC_ISSUER: idp.issuer, OIDC_AUDIENCE: "cubby", SESSION_BUCKET: name, SESSION_TABLE: name, ...ROOM };
  const host = await startTestHost({ env, topology });
  const told = new Told();
  const users = new Map<string, string>();
  const tokenOf = (user: string) => kit.make({ claims: { sub: user, exp: kit.now + 86_400 } });

  async function ask(path: string, init?: RequestInit): Promise<Answered> {
    return toAnswered(await fetch(host.url + path, init));
  }

  return {
    ...{ host, kit, told, tokenOf, fetch: ask },
    async visitor(user = `visitor-${users.size}`) {
      const token = tokenOf(user);
      const client = createClient({ baseUrl: host.url, token, automaticKeys: false });
      const { session_id: sessionId } = await client.call("createSession", { body: { platform: "web" } });
      users.set(sessionId, token);
      told.begun(sessionId);
      return { client, sessionId };
    },
    send({ sessionId }, path, init = {}) {
      const headers = { ...Object(init.headers), authorization: `Bearer ${users.get(sessionId)}` };
      return ask(`/v1/sessions/${sessionId}${path}`, { ...init, headers });
    },
    cpuMs: () => FUNCTIONS.flatMap((each) => host.pids.workers(each)).reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    async audit() {
      using _ = pointSdkAt(host);
      const clients = createStorageClients(host.env);
      const found = await audit(clients, host.env, told, { tables: "as recorded" });
      return [
        ...found,
        ...(await temporaryFiles(host.dataDirectory)).filter((file) => !CACHED.test(file)),
        ...failuresOf(host),
      ];
    },
    async [Symbol.asyncDispose]() {
      await host.close();
      await idp.close();
    },
  };
}

/** With that of the children it has seen end. Nothing of one that is gone. */
function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
  } catch {
    return 0;
  }
}

/** Each function that failed, as the host tells it; as long as it had nothing to tell there is no log. */
function failuresOf(host: Host): string[] {
  const path = join(host.dataDirectory, "logs", "host.log");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  return lines.filter((line) => / failed: | was not started: /.test(line)).map((line) => `The host says: ${line}`);
}
