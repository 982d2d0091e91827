import type * as contract from "../routes.ts";

type Contract = typeof contract;
type InputOf<Schema> = Schema extends { _zod: { input: infer Input } } ? Input : never;
type OutputOf<Schema> = Schema extends { _zod: { output: infer Output } } ? Output : never;

type BodyExample<Route> = Route extends { body: infer Schema }
  ? { body: InputOf<Schema> }
  : Route extends { bodyKind: "multipart" }
    ? { body: Record<string, string> }
    : Route extends { bodyKind: "binary" }
      ? { body: string }
      : object;

type AnswerExample<Route> = Route extends { answer: infer Schema } ? { answer: OutputOf<Schema> } : { answer: string };

/** What must be shown of every route: a body where it takes one, and an answer. */
export type RouteExamples = { [Name in keyof Contract]: BodyExample<Contract[Name]> & AnswerExample<Contract[Name]> };

/** The same for some routes. */
export type SomeExamples = Partial<RouteExamples>;

export const SESSION_ID = "session_20261121_093000_k3w5x2mzq7ab4cde";
export const BEGUN = "2026-11-21T09:30:00.000Z";
export const LATER = "2026-11-21T09:31:12.480Z";
export const ENDS = "2026-11-21T10:31:12.480Z";
export const SIGNED_URL = "https://bucket.s3.eu-central-1.amazonaws.com/sessions/…?X-Amz-Signature=…";

/** Ana's bot, which acts for her. */
export const bot = { kind: "service", id: "telegram-bot" } as const;
