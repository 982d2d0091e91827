import { readFileSync } from "node:fs";
import { settings } from "./settings.ts";

const { dev } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")).context;

/** Options of `dev`, unchanged. */
export const devOptions: unknown = dev;

/** Options of the stage that is deployed onto the emulator: those of `dev`, with the tests' own issuer. */
export function emulatedOptions(issuer: string): unknown {
  return {
    ...dev,
    // The throttle is not what is looked at here, and the suite is in a hurry.
    http: { ...dev.http, requestsPerSecond: 10_000, burst: 5_000 },
    identity: {
      ...dev.identity,
      oidc: { issuer, audience: settings.audience },
      services: settings.services,
      guestsAllowed: true,
    },
    limits: settings.limits,
    logs: { ...dev.logs, level: "INFO" },
  };
}
