import type { Answer, CallOptions, RouteName } from "../routes.ts";

/** Calls one route. What it takes may be left out where nothing is needed. */
export type Method<Name extends RouteName> =
  Record<string, never> extends CallOptions<Name>
    ? (options?: CallOptions<Name>) => Promise<Answer<Name>>
    : (options: CallOptions<Name>) => Promise<Answer<Name>>;
