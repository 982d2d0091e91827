import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawMembers, toObjectText } from "../../../shared/json-text.ts";

describe("rawMembers()", () => {
  test.each([
    ["{}", {}],
    [' { \n"a" : 1.10 ,"b":12345678901234567890 } ', { a: "1.10", b: "12345678901234567890" }],
    ['{"a":-0,"b":1E400,"c":[1 , 2],"d":{"2":0,"1":0}}', { a: "-0", b: "1E400", c: "[1 , 2]", d: '{"2":0,"1":0}' }],
    [
      '{"a":"}\\"{","b":"\\\\","c":["]",{"}":"["}],"d":null}',
      { a: '"}\\"{"', b: '"\\\\"', c: '["]",{"}":"["}]', d: "null" },
    ],
    ['{"a":"\\ud800","a":"é\\u00e9"}', { a: '"é\\u00e9"' }],
    ['{"\\u0061":true}', { a: "true" }],
    ['{"":[],"__proto__":{"__proto__":1}}', { "": "[]", ["__proto__"]: '{"__proto__":1}' }],
  ])("%s", (text, expected) => {
    JSON.parse(text);
    expect([...rawMembers(text)]).toEqual(Object.entries(expected));
  });

  test("cuts any object into the members that JSON.parse finds, and puts it together again", () => {
    const anyObject = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ depthSize: "medium" }));
    fc.assert(
      fc.property(anyObject, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const members = rawMembers(text);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        expect(new Set(members.keys())).toEqual(new Set(Object.keys(parsed)));
        for (const [name, raw] of members) expect(JSON.parse(raw)).toEqual(parsed[name]);
        expect(JSON.parse(toObjectText(members))).toEqual(parsed);
      }),
      { numRuns: 500 },
    );
  });
});
