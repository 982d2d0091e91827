import { securityHeaders } from "../../shared/security-headers.ts";

/** Where an answer does not say otherwise. */
const defaults = {
  // Whatever stands in it, it is no page, runs nothing on our origin and stands in nobody's frame.
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  // Answers are somebody's own: no browser and no proxy keeps them.
  "cache-control": "no-store",
} as const;

/** The last thing that happens to an answer of the API: what a browser may do with it. */
export function guardAnswer(response: Response): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
  for (const [name, value] of Object.entries(defaults)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
}
