/** The three people, over HTTP, each in two sessions at once; within a session one deed follows the other. */
import fc from "fast-check";
import { type Client, CubbyError, createClient } from "../../../shared/client/index.ts";
import type { Told } from "../audit/told.ts";
import { deeds, type DeedName } from "../sequences/deeds.ts";
import { people, type Who } from "../sequences/model.ts";
import { ledger } from "./ledger.ts";

const SESSIONS_EACH = 2;
/** Whatever looks at one session only, and changes what is in it. */
const names = ["put", "putTable", "direct", "remove", "rename", "download", "say", "ask", "decide", "look", "delete"];

/** Deeds of one session, drawn ahead so that a seed means the same ones. */
const script = fc.array(
  fc.oneof(
    ...names.map((name) => {
      const deed = name as DeedName;
      const args = deeds[deed].args as fc.Arbitrary<unknown>;
      return {
        weight: name === "putTable" ? 6 : deeds[deed].weight,
        arbitrary: args.map((drawn) => ({ deed, args: drawn })),
      };
    }),
  ),
  { minLength: 200, maxLength: 200 },
);

export interface Crowd {
  told: Told;
  client(owner: string): Client;
  /** How many deeds were answered so far. */
  answered(): number;
  /** Ends what is under way, and resolves when everybody has stopped. */
  stop(): Promise<void>;
}

/** Lets them loose. Whatever is refused or not answered is part of it. */
export async function letLoose(url: string, told: Told, seed: number): Promise<Crowd> {
  const abort = new AbortController();
  const clients = Object.fromEntries(
    await Promise.all(people.map(async (who) => [who, await clientOf(url, who, abort.signal)] as const)),
  ) as Record<Who, Client>;
  let answered = 0;

  async function play(who: Who, seed: number): Promise<void> {
    const [deedsToDo = []] = fc.sample(script, { seed, numRuns: 1 });
    let session: string | undefined;
    for (const { deed, args } of deedsToDo) {
      if (abort.signal.aborted) return;
      session ??= await begin(clients[who], told);
      if (session === undefined) continue;
      await perform(who, session, deed, args);
      if (deed === "delete") session = undefined;
    }
  }

  async function perform(who: Who, sessionId: string, deed: DeedName, args: unknown): Promise<void> {
    ledger[deed]?.before(told, sessionId, args as never);
    try {
      await deeds[deed].act({ client: clients[who], who, sessionId }, args);
      ledger[deed]?.after(told, sessionId, args as never);
      answered++;
    } catch (error) {
      // Refused, or cut off: the ledger keeps what may have come of it.
      if (!(error instanceof CubbyError) && !isCutOff(error)) throw error;
    }
  }

  const everybody = people.flatMap((who, index) =>
    Array.from({ length: SESSIONS_EACH }, (_, nth) => play(who, seed + index * SESSIONS_EACH + nth)),
  );
  const all = Promise.all(everybody);
  all.catch(() => {}); // whoever stops them learns of it
  return {
    told,
    client: (owner) => clients[owner as Who],
    answered: () => answered,
    async stop() {
      abort.abort();
      await all;
    },
  };
}

async function begin(client: Client, told: Told): Promise<string | undefined> {
  try {
    const { session_id } = await client.call("createSession", { body: { platform: "web" } });
    told.begun(session_id);
    return session_id;
  } catch (error) {
    if (error instanceof CubbyError || isCutOff(error)) return undefined;
    throw error;
  }
}

/** A client over HTTP that stops with the signal. */
export async function clientOf(url: string, who: Who, signal?: AbortSignal): Promise<Client> {
  const isBot = who.startsWith("telegram_");
  const claims = isBot
    ? { sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" }
    : { sub: who, scope: "cubby/sessions" };
  const answer = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(claims),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return createClient({
    baseUrl: url,
    token: access_token,
    ...(isBot ? { userId: who } : {}),
    maxRetries: 1,
    fetch: (input, init) => {
      const signals = [init?.signal, signal].filter((one) => one instanceof AbortSignal);
      return fetch(input, { ...init, ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}) });
    },
  });
}

/** What fetch itself throws when the other side is gone, or when it was stopped. */
function isCutOff(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError");
}
