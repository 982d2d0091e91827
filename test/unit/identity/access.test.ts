import { describe, expect, test } from "vitest";
import { assertMayCall, assertSomebody, mayUseSession } from "../../../shared/identity/access.ts";
import { guestTokenMatches, guestTokenSession, newGuestToken } from "../../../shared/identity/guest-token.ts";
import {
  actorOf,
  guestUserId,
  type Principal,
  parseAuthorizerContext,
  toAuthorizerContext,
  uncheckedContext,
} from "../../../shared/identity/principal.ts";
import { newSessionId } from "../../../shared/ids.ts";

const id = newSessionId(new Date());
const other = newSessionId(new Date());
const nobody: Principal = { kind: "nobody", reason: "no token" };
const ana: Principal = { kind: "user", userId: "ana" };
const guest: Principal = { kind: "guest", userId: guestUserId(id), sessionId: id };
const operator: Principal = { kind: "operator", userId: "op" };
const bot: Principal = { kind: "service", clientId: "telegram-bot", userId: "telegram_1" };
const botForNobody: Principal = { kind: "service", clientId: "telegram-bot" };

describe("mayUseSession()", () => {
  test.each([
    { who: ana, session: { session_id: id, user_id: "ana" }, may: true },
    { who: ana, session: { session_id: id, user_id: "bob" }, may: false },
    { who: guest, session: { session_id: id, user_id: guestUserId(id) }, may: true },
    { who: guest, session: { session_id: other, user_id: guestUserId(other) }, may: false },
    { who: guest, session: { session_id: id, user_id: "ana" }, may: false },
    { who: operator, session: { session_id: id, user_id: "ana" }, may: true },
    { who: bot, session: { session_id: id, user_id: "telegram_1" }, may: true },
    { who: bot, session: { session_id: id, user_id: "telegram_2" }, may: false },
    { who: bot, session: { session_id: id, user_id: "telegram-bot" }, may: false },
    { who: botForNobody, session: { session_id: id, user_id: "telegram_1" }, may: false },
    { who: nobody, session: { session_id: id, user_id: "" }, may: false },
  ])("$who.kind on a session of $session.user_id: $may", ({ who, session, may }) => {
    expect(mayUseSession(who, session)).toBe(may);
  });
});

describe("assertMayCall()", () => {
  test("refuses nobody on every route that is not open, and users on operators' routes", () => {
    expect(() => assertMayCall(nobody, "principal")).toThrow("no token");
    expect(() => assertMayCall(nobody, "maybe_guest")).not.toThrow();
    expect(() => assertMayCall(ana, "operator")).toThrow("operators");
    expect(() => assertMayCall(operator, "operator")).not.toThrow();
  });

  test("asks a service for the header that names its user", () => {
    expect(() => assertMayCall(botForNobody, "principal")).toThrow("Cubby-User-Id");
    expect(() => assertMayCall(bot, "principal")).not.toThrow();
    expect(() => assertMayCall(bot, "operator")).toThrow("operators");
    expect(() => assertMayCall(botForNobody, "operator")).toThrow("operators");
  });
});

describe("actorOf()", () => {
  test.each([
    { who: ana, actor: { kind: "user", id: "ana" } },
    { who: operator, actor: { kind: "operator", id: "op" } },
    { who: guest, actor: { kind: "guest", id: guestUserId(id) } },
    { who: bot, actor: { kind: "service", id: "telegram-bot" } },
  ])("names $actor.kind by $actor.id", ({ who, actor }) => {
    expect(actorOf(assertSomebody(who))).toEqual(actor);
  });
});

describe("authorizer context", () => {
  test.each([ana, guest, operator, botForNobody, nobody])(
    "carries $kind through API Gateway's flat strings",
    (principal) => {
      expect(parseAuthorizerContext(toAuthorizerContext(principal))).toEqual(principal);
    },
  );

  test("says nothing of whom a service acts for: the gateway keeps it for all requests with the token", () => {
    expect(parseAuthorizerContext(toAuthorizerContext(bot))).toEqual(botForNobody);
    expect(parseAuthorizerContext({ kind: "service", client_id: "b", user_id: "u" })).toEqual({
      kind: "service",
      clientId: "b",
    });
  });

  test.each([
    {},
    { kind: "user" },
    { kind: "service" },
    { kind: "guest", user_id: "guest_x" },
    { kind: "user", user_id: "" },
    { kind: "root", user_id: "x" },
  ])("%j is nobody", (context) => expect(parseAuthorizerContext(context)?.kind).toBe("nobody"));

  test.each([undefined, uncheckedContext])("%j leaves the token to be checked", (context) => {
    expect(parseAuthorizerContext(context)).toBeUndefined();
  });
});

describe("guest tokens", () => {
  test("match their own hash and no other", () => {
    const { token, hash } = newGuestToken(id);
    expect(guestTokenSession(token)).toBe(id);
    expect(guestTokenMatches(token, hash)).toBe(true);
    expect(guestTokenMatches(`${token}x`, hash)).toBe(false);
    expect(guestTokenMatches(token, undefined)).toBe(false);
  });

  test.each(["", "cubby_guest", `cubby_guest.${id}`, `cubby_guest.session_1.x`, `x.${id}.y`, `cubby_guest.${id}.a.b`])(
    "%j is no guest token",
    (token) => expect(guestTokenSession(token)).toBeUndefined(),
  );
});
