import { describe, expect, test } from "vitest";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { sessionFiles } from "./session-files.ts";

const READ = 'import pandas as pd\nframe = pd.read_csv("sales.csv")\n';

function rewrite(text: string | Buffer, path = "uploads/a.py") {
  return rewriteScript(path, Buffer.from(text), sessionFiles);
}

describe("rewriteScript() leaves alone", () => {
  test.each([
    { what: "Python 2", text: `print "old"\n${READ}`, code: "invalid_python" },
    { what: "an unterminated string", text: `${READ}x = "abc\n`, code: "invalid_python" },
    { what: "an unterminated bracket", text: `${READ}x = [\n`, code: "invalid_python" },
    { what: "a NUL", text: `${READ}x = 1\0\n`, code: "invalid_python" },
    {
      what: "brackets nested 100,000 deep",
      text: `${READ}x = ${"(".repeat(1e5)}1${")".repeat(1e5)}\n`,
      code: "too_deep",
    },
    { what: "a sum of 100,000", text: `${READ}x = ${"1+".repeat(1e5)}1\n`, code: "too_deep" },
    { what: "lists nested 1,000 deep", text: `${READ}x = ${"[".repeat(1000)}${"]".repeat(1000)}\n`, code: "too_deep" },
    { what: "an unknown encoding", text: `# coding: klingon\n${READ}`, code: "unknown_encoding" },
    { what: "bytes that are no UTF-8", text: Buffer.from(`${READ}# caf\xe9\n`, "latin1"), code: "unknown_encoding" },
    { what: "3 MB", text: `${READ}${"#".repeat(3e6)}`, code: "too_large" },
    { what: "nothing at all", text: "", code: "no_reads" },
    {
      what: "a docstring with an import behind it",
      text: '"""Docs."""; import pandas as pd; pd.read_csv("sales.csv")',
      code: "no_place_for_import",
    },
  ])("$what", async ({ text, code }) => {
    const { output, reason } = await rewrite(text);
    expect({ output, code: reason?.code }).toEqual({ output: undefined, code });
  });

  test.each([
    { what: "no JSON", text: "{", code: "invalid_notebook" },
    { what: "JSON of something else", text: "[1]", code: "invalid_notebook" },
    {
      what: "JSON nested 100,000 deep",
      text: `{"cells":${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
      code: "invalid_notebook",
    },
    { what: "another language", text: '{"cells":[],"metadata":{"language_info":{"name":"R"}}}', code: "no_reads" },
    { what: "cells of Python 2", text: '{"cells":[{"cell_type":"code","source":"print 1"}]}', code: "invalid_python" },
  ])("a notebook that is $what", async ({ text, code }) => {
    expect((await rewrite(text, "uploads/a.ipynb")).reason?.code).toBe(code);
  });
});

test("rewriteScript() goes on after a script that broke the parser", async () => {
  await rewrite(`x = ${"(".repeat(1e5)}1${")".repeat(1e5)}\n`);
  expect((await rewrite(READ)).output?.toString()).toContain('session_data.read_csv("sales")');
});

test("rewriteScript() reads a line of a megabyte", async () => {
  const { output } = await rewrite(`${READ}text = "${"a".repeat(1e6)}"\n`);
  expect(output?.toString()).toContain('session_data.read_csv("sales")');
});
