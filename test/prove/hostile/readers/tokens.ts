import { createTokenVerifier } from "../../../../shared/identity/verify-token.ts";
import { makeTokenKit } from "../../../support/hostile-tokens/token-kit.ts";
import { startOidcIssuer } from "../../../support/oidc-issuer.ts";
import { assertReason, Finding, type ReaderFamily } from "../reader.ts";

const words = [
  ".",
  "..",
  "=",
  "==",
  "-",
  "_",
  "+",
  "/",
  "eyJhbGciOiJub25lIn0",
  "e30",
  "W10",
  "bnVsbA",
  "AAAA",
  "\0",
  "%2e",
  " ",
  ",",
  "cubby_guest.",
];

/** A token that was changed anywhere is nobody's; only the honest one is Ana's. */
export const tokens: ReaderFamily = {
  name: "tokens",
  share: 8,
  async open() {
    const idp = await startOidcIssuer();
    const kit = makeTokenKit(idp);
    const verify = createTokenVerifier({ issuer: idp.issuer, audiences: ["cubby"] }, new Map());
    const lasting = { exp: kit.now + 86_400 };
    const honest = [kit.rsa, kit.ec, kit.ed].map((key) => kit.make({ key, claims: lasting }));

    async function read(bytes: Buffer): Promise<string> {
      const token = bytes.toString("latin1");
      const principal = await verify(token);
      const isHonest = honest.includes(token);
      if (principal.kind === "user" && !isHonest) throw new Finding(`is ${principal.userId}: ${token}`);
      if (principal.kind === "user") return "read";
      if (principal.kind !== "nobody" || isHonest) throw new Finding(`is ${principal.kind}: ${token}`);
      return assertReason("nobody", principal.reason ?? "");
    }
    const material = { seeds: honest.map((token) => Buffer.from(token)), words };
    return { material, read, [Symbol.asyncDispose]: () => idp.close() };
  },
};
