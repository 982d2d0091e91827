import { describe, expect, test } from "vitest";
import { columnsHeader } from "../../../functions/api/columns-header.ts";

const many = (count: number, type: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ name: `column ${index}`, type: type(index) }));

describe("columnsHeader()", () => {
  test("tells names and types in ASCII", () => {
    expect(columnsHeader([{ name: "größe", type: "BIGINT" }])).toEqual({
      "cubby-columns": '[{"name":"gr\\u00f6\\u00dfe","type":"BIGINT"}]',
    });
  });

  test("tells types alone where names would be too long, as the content has them", () => {
    const columns = many(500, (index) => (index < 400 ? "VARCHAR" : "DECIMAL(18,3)"));
    expect(columnsHeader(columns)).toEqual({ "cubby-column-types": '["VARCHAR",400,"DECIMAL(18,3)",100]' });
  });

  test.each([0, 1, 50, 90, 300, 900])("stays below what a gateway takes, with %i columns that all differ", (count) => {
    const headers = Object.values(columnsHeader(many(count, (index) => `DECIMAL(38,${index})`)));
    expect(headers.join("").length).toBeLessThanOrEqual(4096);
    expect(headers).toHaveLength(count < 300 ? 1 : 0);
  });
});
