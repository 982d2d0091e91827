import type { SignIn } from "./sign-in.ts";

export interface PolicyParts {
  nonce: string;
  storageOrigin: string;
  signIn: SignIn | undefined;
}

/**
 * The page runs its own scripts and nothing else, speaks to its own API, its own bucket and the stage's identity
 * provider, and stands in nobody's frame. Strings never become script: trusted types are asked for and none is made.
 */
export function contentSecurityPolicy({ nonce, storageOrigin, signIn }: PolicyParts): string {
  const connections = [
    "'self'",
    storageOrigin,
    ...(signIn === undefined ? [] : [new URL(signIn.token_endpoint).origin]),
  ];
  const rules: Record<string, string> = {
    "default-src": "'none'",
    "script-src": "'self'",
    // The SQL editor writes its style sheet at run time; the nonce is its ticket.
    "style-src": `'self' 'nonce-${nonce}'`,
    // `tab-size: 4`, which the editor sets as an attribute, and no other.
    "style-src-attr": "'unsafe-hashes' 'sha256-wa8omuyYkNq9ImjmxK80m7ed+pdiXnEQRW6GKMkIwI8='",
    "img-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": connections.join(" "),
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
  };
  return Object.entries(rules)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/** Of the contract's page, which is text and a style sheet. */
export const DOCS_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of what the page is made of, and of what is not there. */
export const ASSET_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
