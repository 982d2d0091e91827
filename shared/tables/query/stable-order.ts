type Node = Readonly<Record<string, unknown>>;

/**
 * True for a statement that reads one table, row after row: DuckDB gives its rows in the table's order with any number
 * of threads. Everything that gathers rows first (groups, joins, sorts with their ties, windows) gives them in the same
 * order each time with one thread only. In doubt false. `tree` is `json_serialize_sql`'s list of statements.
 */
export function keepsTableOrder(tree: unknown): boolean {
  const [statement] = Array.isArray(tree) ? (tree as Node[]) : [];
  const node = statement?.node;
  if (!isNode(node) || node.type !== "SELECT_NODE" || !isPlain(node)) return false;
  return isOwnTable(node.from_table) && !gathers(node.select_list) && !gathers(node.where_clause);
}

/** Nothing but a list of columns, a table, a condition and a limit. */
function isPlain({ modifiers, cte_map, group_expressions, aggregate_handling, sample, qualify }: Node): boolean {
  const isGrouped = !isEmpty(group_expressions) || aggregate_handling !== "STANDARD_HANDLING";
  const hasNames = isNode(cte_map) && !isEmpty(cte_map.map);
  const isChanged = Array.isArray(modifiers) && modifiers.some(({ type }: Node) => type !== "LIMIT_MODIFIER");
  return !isGrouped && !hasNames && !isChanged && sample === null && qualify === null;
}

/** Views, which may hold anything, are only in other schemas. */
function isOwnTable(table: unknown): boolean {
  if (!isNode(table) || table.type !== "BASE_TABLE" || table.sample !== null) return false;
  return ["", "main"].includes(String(table.schema_name)) && ["", "project_data"].includes(String(table.catalog_name));
}

function gathers(expression: unknown): boolean {
  const stack: unknown[] = [expression];
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value !== "object" || value === null) continue;
    if (isNode(value) && (value.class === "WINDOW" || value.class === "SUBQUERY")) return true;
    for (const child of Object.values(value)) stack.push(child);
  }
  return false;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}
