import type * as z from "zod";
import type { AnswerHeader, Condition } from "./headers.ts";
import type { ProblemCode } from "./problems.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** How a request's body arrives. `json` is parsed by `body`; the other two are streams. */
export type BodyKind = "none" | "json" | "multipart" | "binary";

/**
 * Who may call: anyone; anyone with a token, and without one a new guest where the stage allows; anyone with a token;
 * the same without guests, who have nothing that outlives their session; operators.
 */
export type Access = "open" | "maybe_guest" | "principal" | "account" | "operator";

/** One route, as data: validation, OpenAPI and the client's types all come from it. */
export interface Route {
  readonly name: string;
  readonly method: Method;
  /** With `{parameters}`; `{path+}` matches the rest, slashes included. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly bodyKind: BodyKind;
  readonly body?: z.ZodType;
  /** How much JSON is taken: `inline` is as much as a file that is uploaded inline; else it is half of that. */
  readonly bodyLimit?: "inline";
  /** Media types of a binary body, where not any bytes are taken. */
  readonly bodyTypes?: readonly string[];
  /** Conditional requests that are understood; a read that knows `if-none-match` may answer 304. */
  readonly conditions?: readonly Condition[];
  readonly status: number;
  /** Other successes with the same body, and what each says. */
  readonly otherStatuses?: Readonly<Partial<Record<200 | 201 | 202, string>>>;
  /** The answer may be 302 to a presigned URL. */
  readonly redirects?: true;
  /** Absent where the answer is not JSON. */
  readonly answer?: z.ZodType;
  /** Another JSON answer, to other parameters. */
  readonly orAnswer?: z.ZodType;
  /** Media types of answers that are files or text, beside JSON or in its place. */
  readonly answerTypes?: readonly string[];
  /** Headers that the answer may bring, beside those of every answer. */
  readonly answerHeaders?: readonly AnswerHeader[];
  readonly problems: readonly ProblemCode[];
}

type RouteDraft = Omit<Route, "name" | "bodyKind" | "status" | "problems" | "access"> &
  Partial<Pick<Route, "bodyKind" | "status" | "problems" | "access">>;

interface Defaults<Draft> {
  access: "principal";
  bodyKind: Draft extends { body: z.ZodType } ? "json" : "none";
  status: 200;
  problems: readonly [];
}

/** Fills in what most routes have in common. */
export function defineRoute<const Name extends string, const Draft extends RouteDraft>(name: Name, draft: Draft) {
  const defaults = {
    access: "principal",
    bodyKind: draft.body === undefined ? "none" : "json",
    status: 200,
    problems: [],
  };
  // Spelled out, because TypeScript types the spread of a generic as an intersection, in which 200 & 201 is never.
  const route: unknown = { ...defaults, name, ...draft };
  return route as { name: Name } & Draft & Omit<Defaults<Draft>, keyof Draft>;
}
