import { createOpenApi } from "../../../shared/contract/openapi/document.ts";
import type { Route } from "../../../shared/contract/route.ts";
import * as contract from "../../../shared/contract/routes.ts";
import { answer } from "../answer.ts";

/** `GET /health` */
export const health = answer(contract.health, async ({ deps }) => ({
  body: { status: "ok", version: deps.version, time: deps.clock.now().toISOString() },
}));

/** `GET /openapi.json` */
export const openapi = answer(contract.openapi, async ({ deps }) => ({
  body: createOpenApi(Object.values(contract) as Route[], deps.version),
  headers: { "cache-control": "public, max-age=300" },
}));
