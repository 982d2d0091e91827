import type { SignIn } from "../sign-in.ts";

/** What the server tells the page about its stage. */
export interface PageConfig {
  guests_allowed: boolean;
  sign_in?: SignIn;
}

export const config: PageConfig = JSON.parse(document.getElementById("config")?.textContent ?? "{}");

/** Style sheets that are made at run time carry it. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
