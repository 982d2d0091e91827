import { describe, expect, test } from "vitest";
import { parseLogName, pieceNumber, piecePath } from "../../../shared/files/logs/log-names.ts";
import { type Piece, readablePieces } from "../../../shared/files/logs/readable-pieces.ts";

describe("names of logs", () => {
  test.each(["bot", "bot.log", "a.000001", "日本語 🎉", "50 #1+", "x".repeat(248)])(
    "%j has pieces of its own",
    (name) => {
      expect(parseLogName(name)).toBe(name);
      const { name: fileName, folder } = piecePath(name, 42);
      expect([folder, pieceNumber(name, fileName)]).toEqual(["logs", 42]);
    },
  );

  test.each([
    ["", "empty"],
    ["a/b", "separator"],
    ["..", "folder"],
    ["a\nb", "U+000A"],
    ["why?", "question mark"],
    ["50%", "percent sign"],
    ["x".repeat(249), "248 bytes"],
  ])("%j is none", (name, reason) => {
    expect(() => parseLogName(name)).toThrow(expect.objectContaining({ code: "path_not_allowed" }));
    expect(() => parseLogName(name)).toThrow(reason);
  });

  test.each(["bot.1", "bot.0000001", "bot.00000a", "bot.000001.000001", "bots.000001", "bot"])(
    "the file %j is no piece of the log `bot`",
    (fileName) => {
      expect(pieceNumber("bot", fileName)).toBeUndefined();
    },
  );
});

describe("readablePieces()", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const piece = (number: number, secondsAgo = 1, sizeBytes = 10): Piece => ({
    number,
    path: `logs/a.${number}`,
    sizeBytes,
    writtenAt: new Date(now.getTime() - secondsAgo * 1000),
  });

  test.each([
    { what: "all, without a gap", since: 0, pieces: [piece(1), piece(2)], read: [1, 2], isFull: false },
    { what: "those behind a number", since: 4, pieces: [piece(5), piece(6)], read: [5, 6], isFull: false },
    { what: "none", since: 4, pieces: [], read: [], isFull: false },
    { what: "none past a fresh gap", since: 0, pieces: [piece(2)], read: [], isFull: false },
    { what: "those before a fresh gap", since: 0, pieces: [piece(1), piece(3)], read: [1], isFull: false },
    {
      what: "all past an old gap",
      since: 0,
      pieces: [piece(1, 90), piece(3, 61), piece(4)],
      read: [1, 3, 4],
      isFull: false,
    },
    { what: "as many as fit", since: 0, pieces: [piece(1, 1, 60), piece(2, 1, 60)], read: [1], isFull: true },
    {
      what: "one that does not fit, when it is the first",
      since: 0,
      pieces: [piece(1, 1, 500)],
      read: [1],
      isFull: false,
    },
  ])("answers $what", ({ since, pieces, read, isFull }) => {
    const answer = readablePieces(pieces, { since, now, maxBytes: 100 });
    expect(answer.readable.map(({ number }) => number)).toEqual(read);
    expect(answer.isFull).toBe(isFull);
  });
});
