import { fileURLToPath } from "node:url";
import { ENV, flag, processEnvironment, required } from "../../shared/config.ts";
import { createLog } from "../../shared/log.ts";
import { createSignIn } from "./sign-in.ts";
import { createPage, type PageRequest } from "./serve-page.ts";

const env = processEnvironment();

const servePage = createPage({
  // In its bundle the built page lies beside the function; a host on one machine says where it built it.
  folder: env[ENV.pageFolder] ?? fileURLToPath(new URL("./page", import.meta.url)),
  storageOrigin: required(env, ENV.storageOrigin),
  guestsAllowed: flag(env, ENV.guestsAllowed),
  signIn: createSignIn(
    { issuer: env[ENV.oidcIssuer], clientId: env[ENV.oidcClientId], scope: env[ENV.oidcScope] },
    createLog("explorer"),
  ),
});

/** API Gateway HTTP API, payload 2.0. */
export async function handler(event: PageRequest) {
  return servePage(event);
}
