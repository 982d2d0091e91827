import { describe, expect, test } from "vitest";
import { findDamage, headOf, toEnvelopeText } from "../../../shared/documents/document-envelope.ts";
import { candidateNames, defaultStem } from "../../../shared/documents/document-names.ts";
import { parseFileName } from "../../../shared/files/file-names.ts";

const now = new Date("2026-11-21T09:30:05.999Z");

describe("defaultStem()", () => {
  test.each([
    ["research_data", { mode: "deep" }, "research_deep_20261121_093005"],
    ["research_data", {}, "research_20261121_093005"],
    ["research_data", { mode: null, round_number: 3 }, "research_20261121_093005"],
    ["research_data", { mode: "" }, "research_20261121_093005"],
    ["research_data", { mode: "  deep dive/../x " }, "research_deep_dive_.._x_20261121_093005"],
    ["research_data", { mode: "../../etc" }, "research_etc_20261121_093005"],
    ["research_data", { mode: "tief_größer.v2-α" }, "research_tief_größer.v2-α_20261121_093005"],
    ["research_data", { mode: "a\u0000\n\\b" }, "research_a_b_20261121_093005"],
    ["research_data", { mode: "\ud800" }, "research_20261121_093005"],
    ["research_data", { mode: "🎉" }, "research_20261121_093005"],
    ["intermediate_results", { mode: "deep", round_number: 2 }, "intermediate_deep_round2_20261121_093005"],
    ["intermediate_results", { round_number: 0 }, "intermediate_round0_20261121_093005"],
    ["intermediate_results", { round_number: -1 }, "intermediate_round-1_20261121_093005"],
    ["intermediate_results", {}, "intermediate_20261121_093005"],
  ] as const)("%s %j is %s", (type, body, expected) => {
    expect(defaultStem(type, body, now)).toBe(expected);
  });

  test("stays a name that files may have, whatever the mode and however long", () => {
    const marks = { long: "x".repeat(5000), wide: "語".repeat(500), combined: "e\u0301".repeat(500) };
    for (const mode of Object.values(marks)) {
      for (const name of candidateNames(defaultStem("research_data", { mode }, now), () => "0123abcd")) {
        expect(parseFileName(name)).toBe(name.normalize("NFC"));
        expect(name).toContain("_20261121_093005");
      }
    }
  });
});

test("candidateNames() begins with the plain one, then numbers, then names that nobody else tries", () => {
  let n = 0;
  const names = [...candidateNames("research_x", () => `r${n++}`)];
  expect(names).toEqual([
    "research_x.json",
    "research_x_2.json",
    "research_x_3.json",
    ...["r0", "r1", "r2", "r3", "r4"].map((random) => `research_x_${random}.json`),
  ]);
});

describe("toEnvelopeText()", () => {
  const draft = { session_id: "s", file_type: "research_data" as const, created_at: "2026-11-21T09:30:05.999Z" };

  test("keeps values letter by letter, and neither the name nor what is no content", () => {
    const text = '{"name":"x.json","overwrite":true,"data": {"2":1.10,"1":12345678901234567890} ,"query":"\\u00e9"}';
    expect(toEnvelopeText({ ...draft, text })).toBe(
      '{"created_at":"2026-11-21T09:30:05.999Z","session_id":"s","file_type":"research_data","size_bytes":163,' +
        '"query":"\\u00e9","data":{"2":1.10,"1":12345678901234567890}}',
    );
  });

  test("says its own size in bytes, also where that takes a digit more", () => {
    for (let length = 0; length < 1100; length++) {
      const envelope = toEnvelopeText({ ...draft, text: JSON.stringify({ data: "é".repeat(length) }) });
      expect(JSON.parse(envelope).size_bytes).toBe(Buffer.byteLength(envelope));
    }
  });
});

describe("findDamage()", () => {
  const facts = { created_at: "t", session_id: "s", file_type: "research_data", size_bytes: 1 };
  test.each([
    [JSON.stringify({ ...facts, data: null }), undefined],
    [JSON.stringify({ ...facts, later: "a field of a later version" }), undefined],
    ["", "it is not JSON"],
    [JSON.stringify(facts).slice(0, -1), "it is not JSON"],
    ["null", "it is not the envelope of a document"],
    ["[]", "it is not the envelope of a document"],
    ["{}", "`created_at`, `session_id`, `file_type`, `size_bytes`"],
    [JSON.stringify({ ...facts, size_bytes: "1", file_type: "cache" }), "`file_type`, `size_bytes`"],
    [JSON.stringify({ ...facts, query: 7 }), "`query`"],
  ])("%s: %s", (text, expected) => {
    if (expected === undefined) expect(findDamage(text)).toBeUndefined();
    else expect(findDamage(text)).toContain(expected);
  });
});

test("headOf() says what lists need, short and well-formed", () => {
  expect(headOf({ query: null, data: 1 }, "t")).toEqual({ created_at: "t" });
  const head = headOf({ query: `${"x".repeat(499)}🎉`, mode: "\ud800", round_number: 2 }, "t");
  expect(head).toEqual({ created_at: "t", query: `${"x".repeat(499)}\ufffd`, mode: "\ufffd", round_number: 2 });
});
