import { PREFIX, tableKey } from "../aws/item-keys.ts";
import { itemsOfKind } from "../aws/item-queries.ts";
import type { Item, Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import { itemTtl } from "../lifetime.ts";
import type { TableProfile } from "../tables/report.ts";
import { fromTableItem, type ListedTable, toTableItem } from "./table-item.ts";

/** What is known of a session's tables, for answers that do not need to open the database. */
export function createTableStore(table: Table, clock: Clock) {
  const all = (sessionId: string) => itemsOfKind(sessionId, PREFIX.table);

  /** Makes the items say what the published database holds: new tables in, vanished ones out. */
  async function replaceAll(sessionId: string, profiles: readonly TableProfile[]): Promise<void> {
    const names = new Set(profiles.map((profile) => profile.name));
    const gone: Item[] = [];
    for await (const item of table.queryAll(all(sessionId))) {
      if (!names.has(String(item.name))) gone.push(item);
    }
    const ttl = itemTtl(clock.now());
    const put = profiles.map((profile) => ({ ...tableKey(sessionId, profile.name), ...toTableItem(profile), ttl }));
    await table.writeBatch({ put, remove: gone });
  }

  /** One table with all that its conversion found. */
  async function find(sessionId: string, name: string): Promise<TableProfile | undefined> {
    const item = await table.find(tableKey(sessionId, name));
    return item === undefined ? undefined : fromTableItem(item);
  }

  /** One page in the order of names; `after` is the last name of the page before. */
  async function list(sessionId: string, limit: number, after: string | undefined) {
    const start = after === undefined ? {} : { ExclusiveStartKey: tableKey(sessionId, after) };
    const page = await table.queryPage({ ...all(sessionId), Limit: limit, ...start });
    const tables = page.items.map(({ profile: _profile, ...listed }) => listed as unknown as ListedTable);
    return { tables, next: page.last === undefined ? undefined : tables.at(-1)?.name };
  }

  /** Names of all tables, for the answer to an upload. */
  async function listNames(sessionId: string): Promise<string[]> {
    const names: string[] = [];
    const query = { ...all(sessionId), ProjectionExpression: "#name", ExpressionAttributeNames: { "#name": "name" } };
    for await (const item of table.queryAll(query)) names.push(String(item.name));
    return names;
  }

  return { replaceAll, find, list, listNames };
}

export type TableStore = ReturnType<typeof createTableStore>;
