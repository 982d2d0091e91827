import { describe, expect, test } from "vitest";
import { folders, parseFileName, parseFilePath } from "../../../shared/files/file-names.ts";

describe("parseFileName()", () => {
  test.each([
    ["sales.csv", "sales.csv"],
    ["Größe 2024 (neu).xlsx", "Größe 2024 (neu).xlsx"],
    ["Gro\u0308ße.csv", "Größe.csv"],
    ["數據.csv", "數據.csv"],
    ["📈.json", "📈.json"],
    ["..hidden", "..hidden"],
    ["a..b", "a..b"],
    ["=1+1.csv", "=1+1.csv"],
    ["a".repeat(255), "a".repeat(255)],
  ])("keeps %j", (text, name) => {
    expect(parseFileName(text)).toBe(name);
  });

  test.each([
    ["", "empty"],
    ["  ", "empty"],
    [".", "folder"],
    ["..", "folder"],
    ["a/b", "separator"],
    ["..\\a", "separator"],
    ["/etc/passwd", "separator"],
    ["a\0.csv", "control"],
    ["a\nb", "control"],
    ["a\u0085b", "control"],
    ["a\u2028b", "control"],
    ["a\ud800b", "Unicode"],
    ["a".repeat(256), "255 bytes"],
    ["ä".repeat(128), "255 bytes"],
    // One character of two bytes in, two characters of two bytes each in NFC.
    ["\u0344".repeat(100), "255 bytes"],
  ])("refuses %j", (text, reason) => {
    expect(() => parseFileName(text)).toThrow(expect.objectContaining({ code: "path_not_allowed" }));
    expect(() => parseFileName(text)).toThrow(reason);
  });
});

describe("parseFilePath()", () => {
  test.each(folders)("takes %s/name apart", (folder) => {
    expect(parseFilePath(`${folder}/a.csv`)).toEqual({ folder, name: "a.csv", path: `${folder}/a.csv` });
  });

  test.each([
    "a.csv",
    "uploads",
    "uploads/",
    "/uploads/a.csv",
    "Uploads/a.csv",
    "outputs/a.csv",
    "outputs/single",
    "uploads/sub/a.csv",
    "uploads/../logs/a",
    "database/1/project_data.db",
  ])("refuses %j", (text) => {
    expect(() => parseFilePath(text)).toThrow(expect.objectContaining({ code: "path_not_allowed" }));
  });
});
