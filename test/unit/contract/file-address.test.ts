import { describe, expect, test } from "vitest";
import { parseTarget } from "../../../cdk/local/gateway/http-event.ts";
import { fileAddress, fileHref } from "../../../shared/contract/file-address.ts";
import { nastyNames } from "../../support/nasty-names.ts";

describe("fileAddress()", () => {
  test.each([
    { path: "uploads/a.csv", address: { path: "uploads/a.csv" } },
    { path: "uploads/a#b+ü.csv", address: { path: "uploads/a#b+ü.csv" } },
    { path: "uploads/a#b%3F.csv", address: { path: "uploads", name: "a#b%3F.csv" } },
    { path: "uploads/100%.csv", address: { path: "uploads", name: "100%.csv" } },
    { path: "uploads/why?.csv", address: { path: "uploads", name: "why?.csv" } },
    { path: "outputs/single/?", address: { path: "outputs/single", name: "?" } },
  ])("$path", ({ path, address }) => {
    expect(fileAddress(path)).toEqual(address);
  });
});

describe("fileHref()", () => {
  test.each(nastyNames)("comes through the gateway whole: %j", (name) => {
    const target = parseTarget(fileHref("s1", `outputs/bulk/${name}`));
    const [, path = ""] = /^\/v1\/sessions\/s1\/files\/(.*)$/s.exec(target?.rawPath ?? "") ?? [];
    const given = new URLSearchParams(target?.rawQueryString).get("name");
    expect(given === null ? path : `${path}/${given}`).toBe(`outputs/bulk/${name}`);
  });
});
