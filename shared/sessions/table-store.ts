import { PREFIX, tableKey } from "../aws/item-keys.ts";
import { itemsOfKind } from "../aws/item-queries.ts";
import type { Item, Table } from "../aws/table.ts";
import type { TableProfile } from "../tables/report.ts";

/** An item may hold 400 KB; below this there is room for keys and for DynamoDB's own count. */
const MAX_PROFILE_BYTES = 350_000;

/** What is known of a session's tables, for answers that do not need to open the database. */
export function createTableStore(table: Table) {
  const all = (sessionId: string) => itemsOfKind(sessionId, PREFIX.table);

  /** Makes the items say what the published database holds: new tables in, vanished ones out. */
  async function replaceAll(sessionId: string, profiles: readonly TableProfile[]): Promise<void> {
    const names = new Set(profiles.map((profile) => profile.name));
    const gone: Item[] = [];
    for await (const item of table.queryAll(all(sessionId))) {
      if (!names.has(String(item.name))) gone.push(item);
    }
    const put = profiles.map((profile) => ({ ...tableKey(sessionId, profile.name), ...fitIntoItem(profile) }));
    await table.writeBatch({ put, remove: gone });
  }

  async function find(sessionId: string, name: string): Promise<TableProfile | undefined> {
    return (await table.find(tableKey(sessionId, name))) as TableProfile | undefined;
  }

  /** One page in the order of names; `after` is the last name of the page before. */
  async function list(sessionId: string, limit: number, after: string | undefined) {
    const start = after === undefined ? {} : { ExclusiveStartKey: tableKey(sessionId, after) };
    const page = await table.queryPage({ ...all(sessionId), Limit: limit, ...start });
    const tables = page.items as unknown as TableProfile[];
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

/** Very wide tables lose first their sample rows, then their last columns' profiles; the database has everything. */
function fitIntoItem(profile: TableProfile): TableProfile {
  if (sizeOf(profile) <= MAX_PROFILE_BYTES) return profile;
  const withoutSample = { ...profile, sample_rows: [] };
  if (sizeOf(withoutSample) <= MAX_PROFILE_BYTES) return withoutSample;
  const share = MAX_PROFILE_BYTES / sizeOf(withoutSample);
  const kept = Math.floor(profile.columns.length * share * 0.9);
  const note = `Only the first ${kept} of ${profile.columns.length} columns are listed here`;
  return { ...withoutSample, columns: profile.columns.slice(0, kept), warnings: [...profile.warnings, note] };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
