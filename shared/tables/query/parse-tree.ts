import { allowedTableFunctions, isRefusedFunction, isRefusedTable, looksLikeFile } from "./allowed-names.ts";

type Node = Readonly<Record<string, unknown>>;

const allowedQueryNodes = new Set(["SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"]);

/** Of the session's database, or DuckDB's own; without one, a table is looked for in all of them. */
const knownCatalogs = new Set(["", "project_data", "system", "temp", "memory"]);
const knownSchemas = new Set(["", "main", "cubby", "project_data", "information_schema", "pg_catalog"]);

const allowedTableRefs = new Set([
  "BASE_TABLE",
  "CTE",
  "EMPTY",
  "EXPRESSION_LIST",
  "JOIN",
  "PIVOT",
  "SHOW_REF",
  "SUBQUERY",
  "TABLE_FUNCTION",
]);

/**
 * Looks through DuckDB's own parse of a statement (`json_serialize_sql`) for anything but reading tables; answers
 * with the reason to refuse it. Kinds of nodes it does not know are refused, so a new DuckDB cannot open a door.
 */
export function findRefusal(tree: unknown): string | undefined {
  // A stack of our own: the tree is as deep as the statement, which is the caller's.
  const stack: unknown[] = [tree];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      const reason = refusalOfNode(value as Node);
      if (reason !== undefined) return reason;
    }
    for (const child of Object.values(value)) stack.push(child);
  }
  return undefined;
}

function refusalOfNode(node: Node): string | undefined {
  const type = text(node.type);
  if (type.endsWith("_NODE") && !allowedQueryNodes.has(type)) return `Cannot run the statement: ${type} is not reading`;
  if ("function_name" in node) return refusalOfFunction(text(node.function_name));
  if (!isTableRef(node)) return undefined;
  if (!allowedTableRefs.has(type)) return `Cannot run the statement: ${type} is not a table of this session`;
  if (type === "TABLE_FUNCTION") return refusalOfTableFunction(node.function);
  if (type === "BASE_TABLE" || type === "SHOW_REF") return refusalOfTable(node);
  return undefined;
}

function isTableRef(node: Node): boolean {
  return "sample" in node && "alias" in node && !("class" in node);
}

function refusalOfFunction(name: string): string | undefined {
  // Allowed table functions are functions of the tree too: `pragma_table_info` must not fail on its scalar namesakes.
  if (!isRefusedFunction(name) || allowedTableFunctions.has(name.toLowerCase())) return undefined;
  return `Cannot call "${name}": a query only computes, it does not look outside its tables`;
}

function refusalOfTableFunction(call: unknown): string | undefined {
  const name = typeof call === "object" && call !== null ? text((call as Node).function_name) : "";
  if (allowedTableFunctions.has(name.toLowerCase())) return undefined;
  return `Cannot read from "${name}()": only the tables of this session can be read; upload a file to make it a table`;
}

function refusalOfTable({ catalog_name, schema_name, table_name }: Node): string | undefined {
  const own = text(table_name);
  // Where no schema has that name, DuckDB takes `FROM data.csv` for a file too.
  const isPlace = knownCatalogs.has(text(catalog_name)) && knownSchemas.has(text(schema_name));
  const name = isPlace ? own : [catalog_name, schema_name, own].filter(Boolean).join(".");
  if (isRefusedTable(own)) return `Cannot read "${name}": it describes the machine, not the session`;
  if (!looksLikeFile(name)) return undefined;
  return `Cannot read "${name}": a query reads tables, not files; upload the file and read the table made from it`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
