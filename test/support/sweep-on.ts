import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Host } from "../../cdk/local/host.ts";
import { topologyOfStacks } from "../../cdk/local/topology.ts";
import type { SweepDeps } from "../../functions/sweep/sweep-deps.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { clockErrorMs, createStorageClients } from "../../shared/aws/clients.ts";
import type { Clock } from "../../shared/clock.ts";
import type { SweepOptions, SweepReport } from "../../shared/contract/sweep.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { newSessionId } from "../../shared/ids.ts";
import type { Log } from "../../shared/log.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { createStores } from "../../shared/stores.ts";
import { takeCensus } from "./census.ts";
import { startTestHost } from "./local-host.ts";
import { pointSdkAt } from "./own-stores.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A host whose own schedule does not sweep: the test does. */
export function startQuietHost(env: Record<string, string> = {}): Promise<Host> {
  const name = `cubby-${randomUUID()}`;
  const { functions } = topologyOfStacks;
  const topology = { ...topologyOfStacks, functions: { ...functions, sweep: { ...functions.sweep, triggers: [] } } };
  return startTestHost({ env: { SESSION_BUCKET: name, SESSION_TABLE: name, ...env }, topology });
}

/**
 * The real stores and the real sweep on the host's engines, in this process and with a clock of the test's own. The
 * SDK finds the engines in this process's environment, so a test file uses one host. `settings` are those of the stage.
 */
export function sweepOn(host: Host, clock: Clock, settings: Record<string, string> = {}) {
  pointSdkAt(host);
  const env = { ...host.env, ...settings };
  const clients = createStorageClients(env);
  const stores = createStores(env, clock, clients);
  const askedFor: string[] = [];
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const record =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      lines.push({ level, message, fields });
    };
  const log: Log = { info: record("info"), warn: record("warn"), error: record("error") };
  const deps: SweepDeps = {
    ...stores,
    log,
    clockErrorMs: () => clockErrorMs(clients.dynamo),
    askToConvert: async (sessionId) => {
      askedFor.push(sessionId);
    },
  };

  /** A session as the API makes it. */
  function newSession(options: { platform?: string; user?: string } = {}): Promise<SessionRecord> {
    const user = options.user ?? randomUUID();
    const owner = {
      sessionId: newSessionId(clock.now()),
      userId: user,
      createdBy: { kind: "user" as const, id: user },
    };
    return stores.sessions.create(owner, { platform: options.platform ?? "telegram" });
  }

  /** A file as the API stores it. */
  async function putFile(session: SessionRecord, path: string, content = "content"): Promise<void> {
    const body = Readable.from([Buffer.from(content)]);
    const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy: session.created_by };
    const stored = await stores.files.put(session.session_id, parseFilePath(path), body, about);
    await stores.sessions.noteFiles(session, [stored.delta], { convert: false });
  }

  /** An object that no code of ours would have written there. */
  function putObject(key: string, content = "object"): Promise<boolean> {
    return stores.bucket.putBytes(key, content, { contentType: "text/plain" });
  }

  /** One sweep with plenty of time; throws when another one is at work. */
  async function run(options: SweepOptions = {}, remainingMs = () => 240_000): Promise<SweepReport> {
    await deps.rules.refresh(); // as the handler does
    const answer = await sweep(deps, remainingMs, options);
    if ("skipped" in answer) throw new Error(`The sweep was skipped: held until ${answer.held_until}`);
    return answer;
  }

  return {
    ...{ deps, clients, askedFor, lines, newSession, putFile, putObject, run },
    census: () => takeCensus(clients, host.env),
  };
}

export type SweepBench = ReturnType<typeof sweepOn>;
