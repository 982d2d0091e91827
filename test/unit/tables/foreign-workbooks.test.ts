import { describe, expect, test } from "vitest";
import { writeZip } from "../../support/zip-writer.ts";
import { convertOne } from "./build-one.ts";

const zipOf = (name: string, data = "x") => writeZip([{ name, data }]);
const openDocument = Buffer.concat([
  Buffer.from("PK\u0003\u0004".padEnd(30, "\0")),
  Buffer.from("mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"),
]);
const excel2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>';

describe("a spreadsheet that is no workbook of ours is refused by name, with what to do:", () => {
  test.each<[name: string, content: string | Buffer, sentence: string]>([
    ["a.ods", openDocument, "it is an OpenDocument spreadsheet (.ods); save it as .xlsx"],
    ["a.numbers", zipOf("Index/Document.iwa"), "it is of Apple's Numbers; export it as .xlsx"],
    ["a.xlsb", zipOf("xl/workbook.bin"), "it is of the binary .xlsb kind; save it as .xlsx"],
    ["a.xml", excel2003, "it is of the XML kind of Excel 2003; save it as .xlsx"],
    ["a.xls", excel2003, "it is of the XML kind of Excel 2003; save it as .xlsx"],
    [
      "a.xls",
      "<html><table><tr><td>1</td></tr></table></html>",
      "it is a web page with the name of a workbook; open it in a spreadsheet program and save it as .xlsx",
    ],
  ])("%s", async (name, content, sentence) => {
    const { report } = await convertOne(content, name);
    expect(report).toMatchObject({
      status: "failed",
      reason: { code: "unreadable_workbook", detail: `Cannot read the workbook: ${sentence}` },
    });
  });

  test("but an archive is no spreadsheet, nor is a page", async () => {
    expect((await convertOne(zipOf("a.txt"), "a.zip")).report.reason?.code).toBe("not_tabular");
    expect((await convertOne("<html><table></table></html>", "a.html")).report.reason?.code).toBe("not_tabular");
  });
});
