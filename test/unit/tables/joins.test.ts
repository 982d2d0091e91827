import { describe, expect, test } from "vitest";
import { findCandidates } from "../../../shared/tables/joins/find-candidates.ts";
import { nameEndings, normal, singular } from "../../../shared/tables/joins/join-names.ts";
import { isConvincing } from "../../../shared/tables/joins/join-suggestion.ts";
import type { ColumnProfile, TableProfile } from "../../../shared/tables/report.ts";

type Column = [name: string, type: string, distinct: number, more?: Partial<ColumnProfile>];

function tableOf(name: string, rows: number, columns: Column[]): TableProfile {
  return {
    name,
    source_path: `uploads/${name}.csv`,
    row_count: rows,
    columns: columns.map(([column, type, distinct, more]) => ({
      name: column,
      original_name: column,
      type,
      nulls: 0,
      distinct,
      min: type === "VARCHAR" ? "a" : 1,
      max: type === "VARCHAR" ? "z" : 100,
      ...more,
    })),
    sample_rows: [],
    rejected_rows: 0,
    warnings: [],
  };
}

const found = (...tables: TableProfile[]) =>
  findCandidates(tables).map(({ many, one }) => `${many.table}.${many.column} = ${one.table}.${one.column}`);

const customers: Column[] = [
  ["id", "BIGINT", 50],
  ["name", "VARCHAR", 50],
];

describe("findCandidates()", () => {
  test.each<{ what: string; column: Column; joins: boolean }>([
    { what: "the other table's name and column", column: ["customer_id", "BIGINT", 40], joins: true },
    { what: "another spelling of it", column: ["CustomerID", "INTEGER", 40], joins: true },
    { what: "a role of it", column: ["billing_customer_id", "BIGINT", 40], joins: true },
    { what: "the other table's name", column: ["customer", "BIGINT", 40], joins: true },
    { what: "another table's", column: ["product_id", "BIGINT", 40], joins: false },
    { what: "text against numbers", column: ["customer_id", "VARCHAR", 40], joins: false },
    { what: "a measure", column: ["customer_id", "DOUBLE", 40], joins: false },
    { what: "a name that every table has", column: ["id", "BIGINT", 40], joins: false },
    { what: "numbers of another range", column: ["customer_id", "BIGINT", 40, { min: 500, max: 900 }], joins: false },
  ])("a column named like $what: $joins", ({ column, joins }) => {
    const orders = tableOf("orders", 1000, [column, ["amount", "DOUBLE", 900]]);
    const isFound = found(tableOf("customers", 50, customers), orders).includes(`orders.${column[0]} = customers.id`);
    expect(isFound).toBe(joins);
  });

  test("takes columns of one name where one side is unique, whatever they are called", () => {
    const stores = tableOf("stores", 30, [
      ["Filial-Nr", "VARCHAR", 30],
      ["city", "VARCHAR", 28],
    ]);
    const sales = tableOf("sales", 900, [
      ["filial_nr", "VARCHAR", 25],
      ["amount", "DOUBLE", 800],
    ]);
    expect(found(stores, sales)[0]).toBe("sales.filial_nr = stores.Filial-Nr");
  });

  test("leaves texts to their values where names say nothing", () => {
    const countries = tableOf("countries", 30, [["iso", "VARCHAR", 30]]);
    const people = tableOf("people", 900, [["nation", "VARCHAR", 25]]);
    expect(findCandidates([countries, people])).toEqual([
      { many: { table: "people", column: "nation" }, one: { table: "countries", column: "iso" }, because: "values" },
    ]);
  });

  test("joins no month with another", () => {
    const month = (name: string) =>
      tableOf(name, 50, [
        ["order_no", "BIGINT", 50],
        ["amount", "DOUBLE", 40],
      ]);
    expect(found(month("january"), month("february"))).toEqual([]);
  });

  test("looks at 25 at most", () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      tableOf(`t${index}`, 50, [
        ["sku", "VARCHAR", 50],
        [`x${index}`, "DOUBLE", 5],
      ]),
    );
    expect(findCandidates(many)).toHaveLength(25);
  });
});

test("findCandidates() bears thousands of columns of the same names", () => {
  const wide = Array.from({ length: 20 }, (_, index) => {
    const columns = Array.from({ length: 1000 }, (_, place): Column => [`key_${place}`, "VARCHAR", 50]);
    return tableOf(`t${index}`, 50, [...columns, [`x${index}`, "DOUBLE", 5]]);
  });
  expect(findCandidates(wide)).toHaveLength(25);
});

describe("isConvincing()", () => {
  const join = { many: { table: "a", column: "x" }, one: { table: "b", column: "y" } };
  test.each([
    { because: "name" as const, sampled: 1000, matching: 500, is: true },
    { because: "name" as const, sampled: 1000, matching: 499, is: false },
    { because: "values" as const, sampled: 1000, matching: 899, is: false },
    { because: "values" as const, sampled: 1000, matching: 900, is: true },
    { because: "name" as const, sampled: 0, matching: 0, is: false },
  ])("by $because, $matching of $sampled: $is", ({ is, ...measured }) => {
    expect(isConvincing({ ...join, ...measured })).toBe(is);
  });
});

test.each([
  ["Customer-ID", "customerid"],
  ["Straße Nr.", "straßenr"],
])("normal(%s) is %s", (name, plain) => {
  expect(normal(name)).toBe(plain);
});

test.each([
  ["billing_customer_id", ["customerid", "id"]],
  ["billingCustomerId", ["customerid", "id"]],
  ["id", []],
])("nameEndings(%s) are %j", (name, endings) => {
  expect(nameEndings(name)).toEqual(endings);
});

test.each([
  ["customers", "customer"],
  ["categories", "category"],
  ["boxes", "box"],
  ["address", "address"],
])("singular(%s) is %s", (name, one) => {
  expect(singular(name)).toBe(one);
});
