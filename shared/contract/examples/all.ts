/**
 * One example of each body and each answer of the contract, all of one story: Ana's bot on Telegram and a CSV file with
 * sales. The compiler holds them to the types, and a test to the schemas.
 */
import type { RouteExamples } from "./example.ts";
import { accountExamples } from "./account.ts";
import { compatibilityExamples } from "./compatibility.ts";
import { fileExamples } from "./files.ts";
import { sessionExamples } from "./sessions.ts";
import { tableExamples } from "./tables.ts";
import { talkExamples } from "./talk.ts";
import { uploadExamples } from "./uploads.ts";

const complete = {
  ...sessionExamples,
  ...fileExamples,
  ...uploadExamples,
  ...tableExamples,
  ...talkExamples,
  ...accountExamples,
  ...compatibilityExamples,
} satisfies RouteExamples;

/** By the name of the route. */
export const examples: Readonly<Record<string, { body?: unknown; answer?: unknown }>> = complete;
