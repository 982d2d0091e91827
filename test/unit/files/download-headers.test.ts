import { describe, expect, test } from "vitest";
import { attachment, downloadType } from "../../../shared/files/download-headers.ts";

describe("downloadType()", () => {
  test.each([
    "text/csv",
    "text/plain",
    "text/markdown",
    "application/json",
    "application/pdf",
    "image/png",
    "application/vnd.duckdb",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv; charset=utf-8",
  ])("gives out %s as it is", (type) => {
    expect(downloadType(type)).toBe(type);
  });

  test.each([
    "text/html",
    "TEXT/HTML; charset=utf-8",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/xsl",
    "multipart/related",
    "message/rfc822",
    "application/x-shockwave-flash",
    "text/plain\r\nx: y",
    "nonsense",
    "",
  ])("gives out %j as bytes without a meaning: it could run as a page", (type) => {
    expect(downloadType(type)).toBe("application/octet-stream");
  });
});

describe("attachment()", () => {
  test.each([
    { name: "a.txt", header: "attachment; filename=a.txt" },
    { name: 'say "hi"\\.txt', header: 'attachment; filename="say \\"hi\\"\\\\.txt"' },
    { name: "semi;colon.csv", header: 'attachment; filename="semi;colon.csv"' },
    { name: "a%20b.txt", header: "attachment; filename=a%20b.txt; filename*=UTF-8''a%2520b.txt" },
    { name: "café.txt", header: "attachment; filename=\"caf?.txt\"; filename*=UTF-8''caf%C3%A9.txt" },
    {
      name: "日本 🎉.csv",
      header: /^attachment; filename="\?\? \?+\.csv"; filename\*=UTF-8''%E6%97%A5%E6%9C%AC%20%F0%9F%8E%89\.csv$/,
    },
    { name: "it's (1)*.txt", header: /^attachment; filename="it's \(1\)\*\.txt"$/ },
  ])("names $name by RFC 6266 and 8187, in ASCII", ({ name, header }) => {
    const text = attachment(name);
    if (typeof header === "string") expect(text).toBe(header);
    else expect(text).toMatch(header);
    expect(text).toMatch(/^[\x20-\x7e]+$/);
  });
});
