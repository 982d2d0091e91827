import { signal } from "@preact/signals";
import { config } from "../config.ts";
import { keep, readKept } from "./keep.ts";

/** Who is signed in. It lives as long as the tab: a browser may be anyone's. */
export interface Account {
  token: string;
  /** Milliseconds since 1970. */
  expires_at: number;
  refresh_token?: string;
}

export const account = signal<Account | undefined>(readKept<Account>("account", sessionStorage));

export const canSignIn = config.sign_in !== undefined;

export function keepAccount(value: Account | undefined): void {
  account.value = value;
  keep("account", value, sessionStorage);
}

const REFRESH_BEFORE_MS = 60_000;
let refreshing: Promise<void> | undefined;

/** The signed-in person's token, renewed in time; undefined for a guest, and when the sign-in is over. */
export async function accountToken(): Promise<string | undefined> {
  const present = account.value;
  if (present === undefined || present.expires_at - REFRESH_BEFORE_MS > Date.now()) return present?.token;
  refreshing ??= refresh(present).finally(() => {
    refreshing = undefined;
  });
  await refreshing;
  return account.value?.token;
}

async function refresh({ refresh_token }: Account): Promise<void> {
  if (refresh_token === undefined || config.sign_in === undefined) return keepAccount(undefined);
  const { renew } = await import("../lazy/sign-in-flow.ts");
  keepAccount(await renew(config.sign_in, refresh_token));
}

/** Leaves for the identity provider; the page comes back with a code. */
export async function signIn(): Promise<void> {
  if (config.sign_in === undefined) return;
  const { begin } = await import("../lazy/sign-in-flow.ts");
  location.assign(await begin(config.sign_in));
}

export async function signOut(): Promise<void> {
  keepAccount(undefined);
  const { end_session_endpoint } = config.sign_in ?? {};
  if (end_session_endpoint === undefined) return location.reload();
  const { leave } = await import("../lazy/sign-in-flow.ts");
  location.assign(leave(end_session_endpoint, config.sign_in?.client_id ?? ""));
}

/** True when the page was opened by the identity provider's redirect; the sign-in is then finished. */
export async function finishSignIn(): Promise<boolean> {
  const parameters = new URL(location.href).searchParams;
  if (config.sign_in === undefined || !(parameters.has("code") || parameters.has("error"))) return false;
  const { finish } = await import("../lazy/sign-in-flow.ts");
  try {
    keepAccount(await finish(config.sign_in, new URL(location.href)));
  } finally {
    history.replaceState(null, "", location.pathname + location.hash); // a code in the address is good for nothing more
  }
  return true;
}
