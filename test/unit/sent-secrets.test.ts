import { describe, expect, test } from "vitest";
import { noteSecrets, secretsOfAnswer, secretsOfBody, secretsOfHead, sentSecrets } from "../support/sent-secrets.ts";

const signature = "0123456789abcdef".repeat(4);

describe("secretsOfHead()", () => {
  test("finds the token, the file's name, the search and the signature", () => {
    const url = new URL(
      `http://127.0.0.1/v1/sessions/s/files/uploads/pay%20slips.csv?search=lee&X-Amz-Signature=${signature}`,
    );
    expect(secretsOfHead(url, new Headers({ authorization: "Bearer abc.def" }))).toEqual([
      ["a token", "abc.def"],
      ["a name", "pay slips.csv"],
      ["a name", "lee"],
      ["a signature", signature],
    ]);
  });
});

describe("secretsOfBody()", () => {
  test.each([
    {
      body: '{"sql":"SELECT 1","params":["Ana"]}',
      secrets: [
        ["a value of sql", "SELECT 1"],
        ["a value of params", "Ana"],
      ],
    },
    { body: '{"role":"user","content":"hello"}', secrets: [["a value of content", "hello"]] },
    { body: "name,pay\r\nAna,10\n", secrets: ["name,pay", "Ana,10", ""].map((line) => ["a line of a file", line]) },
    { body: "7", secrets: [] },
  ])("finds in $body what is the caller's own", ({ body, secrets }) => {
    expect(secretsOfBody(body)).toEqual(secrets);
  });
});

describe("secretsOfAnswer()", () => {
  test.each([
    [`{"url":"http://s3/x?X-Amz-Signature=${signature}&a=b"}`, [["a signature", signature]]],
    [`{"post":{"fields":{"x-amz-signature":"${signature}"}}}`, [["a signature", signature]]],
    ['{"session_id":"s","session_token":"cubby_guest.x"}', [["a guest's token", "cubby_guest.x"]]],
    ['{"data":[]}', []],
  ])("finds in %s what opens something", (text, secrets) => {
    expect(secretsOfAnswer(text)).toEqual(secrets);
  });
});

test("noteSecrets() keeps what can be told from other text, once", () => {
  noteSecrets([
    ["a line of a file", "Ana Lima,10,Lagos"],
    ["a line of a file", "Ana Lima,10,Lagos"],
    ["a line of a file", "a,b"],
    ["a line of a file", "123456789012345"],
  ]);
  expect(sentSecrets()).toEqual([["a line of a file", "Ana Lima,10,Lagos"]]);
});
