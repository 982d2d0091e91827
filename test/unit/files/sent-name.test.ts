import { expect, test } from "vitest";
import { nameFromForm } from "../../../shared/files/sent-name.ts";

test.each([
  ["a.csv", "a.csv"],
  ["folder/sub/a.csv", "a.csv"],
  ["C:\\fakepath\\a.csv", "a.csv"],
  ["say %22hi%22.csv", 'say "hi".csv'],
  ["100%.csv", "100%.csv"],
  ["a%20b%2f%25.csv", "a%20b%2f%25.csv"],
  ["line%0D%0Abreak.csv", "line\r\nbreak.csv"], // and is refused as such
  ["folder/", ""],
])("nameFromForm(%j) is %j", (sent, name) => {
  expect(nameFromForm(sent)).toBe(name);
});
