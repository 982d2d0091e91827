/** The issuer of tokens: its keys change, and it is out of reach. */
import { readNamespaces } from "../../../shared/config.ts";
import { createAuthenticate } from "../../../shared/identity/authenticate.ts";
import { startOidcIssuer } from "../../support/oidc-issuer.ts";
import type { Fault, FaultScene } from "./fault.ts";
import { API } from "./journal.ts";

type Issuer = Awaited<ReturnType<typeof startOidcIssuer>>;
type Key = Awaited<ReturnType<Issuer["addKey"]>>;

/** Asks for Ana's sessions with a token of this key; answers the status. */
type Ask = (key: Key) => Promise<number>;

function issuerFault(
  name: string,
  tried: string,
  act: (at: { issuer: Issuer; ask: Ask } & FaultScene) => Promise<void>,
): Fault {
  return {
    name: `token issuer: ${name}`,
    tried,
    async strike(scene) {
      const { world, journal } = scene;
      const issuer = await startOidcIssuer();
      try {
        const authenticate = createAuthenticate(world.main.stores.table, {
          oidc: { issuer: issuer.issuer, audiences: ["cubby"] },
          namespaces: readNamespaces(world.env),
        });
        const ask: Ask = async (key) => {
          const authorization = `Bearer ${await issuer.sign(key, { scope: "cubby/sessions" })}`;
          const send = journal.watch(world.main, undefined, { authenticate });
          const { status } = await send(`${API}/v1/sessions`, { headers: { authorization } });
          journal.tally(status === 200 ? "as ever" : status === 503 ? "503 `unavailable`" : `${status}`);
          journal.struck++;
          return status;
        };
        await act({ ...scene, issuer, ask });
      } finally {
        await issuer.close();
      }
    },
  };
}

function expectStatus({ journal }: FaultScene, what: string, told: number, ...wanted: number[]): void {
  if (!wanted.includes(told)) journal.find(`${what}: told ${told}, not ${wanted.join(" or ")}`);
}

export const issuerFaults: Fault[] = [
  issuerFault("its keys are rotated", "tokens of the old key, of the new one, and of nobody's", async (at) => {
    const old = await at.issuer.addKey("RS256");
    expectStatus(at, "a token of the first key", await at.ask(old), 200);
    at.issuer.state.keys.splice(0);
    const fresh = await at.issuer.addKey("RS256");
    const stranger = await (await startStranger()).addKey("RS256");
    // Keys are read again at most every ten seconds: until then nobody can tell.
    expectStatus(at, "a token of the new key", await at.ask(fresh), 200, 503);
    expectStatus(at, "a token of nobody's key", await at.ask(stranger), 401, 503);
  }),
  issuerFault("out of reach", "tokens of a key that is known, and of one that is not", async (at) => {
    const known = await at.issuer.addKey("RS256");
    expectStatus(at, "a token before", await at.ask(known), 200);
    at.issuer.state.mood = at.draw() < 0.5 ? "down" : "error";
    expectStatus(at, "a known key's token", await at.ask(known), 200);
    const unknown = await at.issuer.addKey("RS256");
    expectStatus(at, "an unknown key's token", await at.ask(unknown), 503);
  }),
  issuerFault("never answers", "the first token of a new process", async (at) => {
    const key = await at.issuer.addKey("RS256");
    at.issuer.state.mood = "silent";
    expectStatus(at, "a token", await at.ask(key), 503);
  }),
];

/** Signs like the issuer, and is not. */
async function startStranger(): Promise<Issuer> {
  const stranger = await startOidcIssuer();
  await stranger.close();
  return stranger;
}
