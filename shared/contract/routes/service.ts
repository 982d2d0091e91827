import * as z from "zod";
import { defineRoute } from "../route.ts";

export const health = defineRoute("health", {
  method: "GET",
  path: "/health",
  summary: "Liveness",
  tag: "Service",
  access: "open",
  answer: z.object({ status: z.literal("ok"), version: z.string(), time: z.string() }),
});

export const openapi = defineRoute("openapi", {
  method: "GET",
  path: "/openapi.json",
  summary: "This contract as OpenAPI 3.1",
  tag: "Service",
  access: "open",
  answer: z.looseObject({ openapi: z.string() }),
});
