import type { SomeExamples } from "./example.ts";

const columns = [
  { name: "region", type: "VARCHAR", original_name: "region", nulls: 0, distinct: 2, min: "North", max: "South" },
  { name: "amount", type: "BIGINT", original_name: "amount", nulls: 0, distinct: 2, min: "12", max: "30" },
];

const table = { name: "sales", source_path: "uploads/sales.csv", row_count: 2, rejected_rows: 0, columns };

const report = {
  path: "uploads/sales.csv",
  state: "converted" as const,
  tables: ["sales"],
  kind: "csv",
  encoding: "utf-8",
  delimiter: ",",
  header_row: 1,
  columns: columns.map(({ name, type, original_name }) => ({ name, type, original_name })),
  rows: 2,
  rejected_rows: 0,
};

export const tableExamples = {
  listTables: { answer: { data: [table], next_cursor: null } },
  getTable: {
    answer: {
      ...table,
      sample_rows: [
        ["North", 12],
        ["South", 30],
      ],
    },
  },
  query: {
    body: {
      sql: "SELECT region, sum(amount) AS total FROM sales WHERE amount > $1 GROUP BY region ORDER BY region",
      params: [10],
    },
    answer: {
      columns: [
        { name: "region", type: "VARCHAR" },
        { name: "total", type: "HUGEINT" },
      ],
      rows: [
        ["North", "12"],
        ["South", "30"],
      ],
      row_count: 2,
      next_cursor: null,
    },
  },
  listConversions: { answer: { data: [report], next_cursor: null } },
  convertAgain: {
    body: { path: "uploads/sales.csv", delimiter: ";", types: { amount: "DECIMAL(12,2)" } },
    answer: report,
  },
} satisfies SomeExamples;
