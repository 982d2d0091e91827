import { describe, expect, test } from "vitest";
import { toPrincipal } from "../../../shared/identity/token-claims.ts";

const rules = { audiences: ["cubby", "web-client"], namespaces: new Map([["telegram-bot", "telegram_"]]) };
const claims = { sub: "ana", aud: "cubby", exp: 2_000_000_000 };
const cognito = { sub: "ana", client_id: "web-client", token_use: "access", exp: 2_000_000_000 };

describe("toPrincipal()", () => {
  test.each([
    { change: {}, principal: { kind: "user", userId: "ana" } },
    { change: cognito, principal: { kind: "user", userId: "ana", clientId: "web-client" } },
    { change: { aud: ["x", "cubby"] }, principal: { kind: "user", userId: "ana" } },
    { change: { azp: "my-app" }, principal: { kind: "user", userId: "ana", clientId: "my-app" } },
    { change: { cid: "my-app", scp: ["openid"] }, principal: { kind: "user", userId: "ana", clientId: "my-app" } },
    { change: { scope: "openid cubby/operate" }, principal: { kind: "operator", userId: "ana" } },
    { change: { scp: ["cubby/operate"] }, principal: { kind: "operator", userId: "ana" } },
    { change: { "cognito:groups": ["x", "operators"] }, principal: { kind: "operator", userId: "ana" } },
    { change: { groups: ["operators"] }, principal: { kind: "operator", userId: "ana" } },
    { change: { groups: "operators" }, principal: { kind: "user", userId: "ana" } },
    { change: { groups: ["operators2"] }, principal: { kind: "user", userId: "ana" } },
    { change: { scope: "cubby/operated xcubby/operate" }, principal: { kind: "user", userId: "ana" } },
    { change: { typ: "Bearer" }, principal: { kind: "user", userId: "ana" } },
  ])("claims with $change are a $principal.kind", ({ change, principal }) => {
    expect(toPrincipal({ ...claims, ...change }, rules)).toEqual(principal);
  });

  test.each([
    { change: { scope: "cubby/act-as", client_id: "telegram-bot" }, clientId: "telegram-bot" },
    { change: { scope: "cubby/act-as", azp: "telegram-bot", sub: "7f" }, clientId: "telegram-bot" },
    { change: { scope: "cubby/sessions cubby/act-as cubby/operate", client_id: "b" }, clientId: "b" },
    { change: { scope: "cubby/act-as", client_id: "b", sub: undefined }, clientId: "b" },
  ])("claims with $change are a service, which stands for no user yet", ({ change, clientId }) => {
    expect(toPrincipal({ ...claims, ...change }, rules)).toEqual({ kind: "service", clientId });
  });

  test.each([
    { change: { token_use: "id" }, reason: "access token" },
    { change: { nonce: "n" }, reason: "access token" },
    { change: { at_hash: "h" }, reason: "access token" },
    { change: { typ: "ID" }, reason: "access token" },
    { change: { typ: "Refresh" }, reason: "access token" },
    { change: { aud: "someone-else" }, reason: "audience" },
    { change: { aud: "someone-else", client_id: "web-client" }, reason: "audience" },
    { change: { aud: [] }, reason: "audience" },
    { change: { aud: undefined }, reason: "audience" },
    { change: { aud: undefined, client_id: "another" }, reason: "audience" },
    { change: { aud: { cubby: true } }, reason: "audience" },
    { change: { exp: undefined }, reason: "expires" },
    { change: { sub: undefined }, reason: "user" },
    { change: { sub: "" }, reason: "user" },
    { change: { sub: "a#b" }, reason: "user" },
    { change: { sub: "x".repeat(129) }, reason: "user" },
    { change: { sub: "guest_session_20261121_093000_k3w5x2mzq7ab4cde" }, reason: "reserved" },
    { change: { sub: "telegram_12345" }, reason: "reserved" },
    { change: { sub: "telegram_12345", scope: "cubby/operate" }, reason: "reserved" },
    { change: { scope: "cubby/act-as" }, reason: "client" },
    { change: { scope: "cubby/act-as", client_id: "a#b" }, reason: "client" },
  ])("claims with $change are nobody, for the $reason", ({ change, reason }) => {
    expect(toPrincipal({ ...claims, ...change }, rules)).toEqual({
      kind: "nobody",
      reason: expect.stringContaining(reason),
    });
  });
});
