import { describe, expect, test } from "vitest";
import { ENV, readNamespaces, readOidcSettings } from "../../../shared/config.ts";
import { actFor, isReserved, parseNamespaces } from "../../../shared/identity/namespaces.ts";
import type { Principal } from "../../../shared/identity/principal.ts";

const namespaces = parseNamespaces('{"telegram-bot":"telegram_","discord-bot":"discord:"}');
const bot: Principal = { kind: "service", clientId: "telegram-bot" };

describe("parseNamespaces()", () => {
  test("reads which users belong to which service", () => {
    expect([...namespaces]).toEqual([
      ["telegram-bot", "telegram_"],
      ["discord-bot", "discord:"],
    ]);
    expect(parseNamespaces("{}").size).toBe(0);
  });

  test.each([
    { text: '{"a":"x_","b":"x_"}', says: "overlap" },
    { text: '{"a":"x_","b":"x_y_"}', says: "overlap" },
    { text: '{"a":"x_y_","b":"x_"}', says: "overlap" },
    { text: '{"a":"guest_"}', says: "overlap" },
    { text: '{"a":"guest_session_"}', says: "overlap" },
    { text: '{"a":""}', says: "prefix" },
    { text: '{"a":"_"}', says: "prefix" },
    { text: '{"a":"telegram"}', says: "prefix" },
    { text: '{"a":"tele gram_"}', says: "prefix" },
    { text: '{"a":"tele#_"}', says: "prefix" },
    { text: `{"a":"${"x".repeat(64)}_"}`, says: "prefix" },
    { text: '{"a":1}', says: "text" },
    { text: '{"":"x_"}', says: "client id" },
    { text: '{"a b":"x_"}', says: "client id" },
    { text: '["telegram_"]', says: "JSON" },
    { text: "telegram-bot=telegram_", says: "JSON" },
    { text: "null", says: "JSON" },
  ])("refuses $text and says why", ({ text, says }) => {
    expect(() => parseNamespaces(text)).toThrow(says);
  });
});

describe("actFor()", () => {
  test.each([
    { header: "telegram_12345", userId: "telegram_12345" },
    { header: "telegram_J%C3%BCrgen", userId: "telegram_Jürgen" },
    { header: "telegram_a%40b", userId: "telegram_a@b" },
  ])("lets a service act for $userId of its namespace", ({ header, userId }) => {
    expect(actFor(bot, header, namespaces)).toEqual({ ...bot, userId });
  });

  test.each([
    { header: "discord:1", code: "not_allowed" },
    { header: "ana", code: "not_allowed" },
    { header: "telegram_", code: "not_allowed" },
    { header: "Telegram_1", code: "not_allowed" },
    { header: "telegram-bot", code: "not_allowed" },
    { header: "guest_session_20261121_093000_k3w5x2mzq7ab4cde", code: "not_allowed" },
    { header: "", code: "invalid_request" },
    { header: "telegram_1,telegram_2", code: "invalid_request" },
    { header: "telegram_1 ", code: "invalid_request" },
    { header: "telegram_%", code: "invalid_request" },
    { header: "telegram_%00", code: "invalid_request" },
    { header: "telegram_%2F..", code: "invalid_request" },
    { header: `telegram_${"1".repeat(120)}`, code: "invalid_request" },
  ])("answers $code to a service that names $header", ({ header, code }) => {
    expect(() => actFor(bot, header, namespaces)).toThrow(expect.objectContaining({ code }));
  });

  test("answers not_allowed to a service that is registered for nobody", () => {
    const stranger: Principal = { kind: "service", clientId: "other-bot" };
    expect(() => actFor(stranger, "telegram_1", namespaces)).toThrow("registered for no users");
  });

  test.each<Principal>([
    { kind: "user", userId: "ana" },
    { kind: "operator", userId: "op" },
    { kind: "guest", userId: "guest_x", sessionId: "x" },
    { kind: "nobody", reason: "no token" },
  ])("refuses the header of a $kind, who might believe to act for somebody", (principal) => {
    expect(() => actFor(principal, "telegram_1", namespaces)).toThrow("only services");
    expect(actFor(principal, undefined, namespaces)).toBe(principal);
  });

  test("leaves a service without the header without a user", () => {
    expect(actFor(bot, undefined, namespaces)).toBe(bot);
  });
});

test("isReserved() keeps guests' and services' users from everybody else", () => {
  for (const id of ["guest_x", "telegram_1", "telegram_", "discord:1"]) expect(isReserved(id, namespaces)).toBe(true);
  for (const id of ["ana", "telegram", "my_telegram_1"]) expect(isReserved(id, namespaces)).toBe(false);
});

describe("settings", () => {
  test("stop the start by name when they are wrong", () => {
    expect(() => readNamespaces({ [ENV.serviceNamespaces]: '{"a":"guest_"}' })).toThrow(ENV.serviceNamespaces);
    expect(readNamespaces({}).size).toBe(0);
    expect(readNamespaces({ [ENV.serviceNamespaces]: "" }).size).toBe(0);
  });

  test.each(["http://login.example.com", "ftp://login.example.com", "login.example.com"])(
    "refuse the issuer %s, whose keys anyone on the way could replace",
    (issuer) => {
      const env = { [ENV.oidcIssuer]: issuer, [ENV.oidcAudience]: "cubby" };
      expect(() => readOidcSettings(env)).toThrow(ENV.oidcIssuer);
    },
  );

  test("take several audiences, and an issuer on this machine", () => {
    const env = { [ENV.oidcIssuer]: "http://127.0.0.1:3000", [ENV.oidcAudience]: "a,b" };
    expect(readOidcSettings(env)).toEqual({ issuer: "http://127.0.0.1:3000", audiences: ["a", "b"] });
  });
});
