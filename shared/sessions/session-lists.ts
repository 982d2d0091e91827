import type { Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import { type EveryonePage, listEveryone } from "./list-everyone.ts";
import { isLive } from "./retention.ts";
import type { RulesSource } from "./rules-source.ts";
import type { SessionRecord } from "./session-record.ts";

interface SessionListsDeps {
  table: Table;
  clock: Clock;
  rules: RulesSource;
}

const MAX_LIST_PAGES = 10;
const MAX_LISTED = 1000;
/** Behind the first page of a list come sessions that are over and not swept yet. */
const LIST_AGAIN = 100;

/** Which sessions there are: one user's, and everyone's for the operator. Only live ones. */
export function createSessionLists({ table, clock, rules }: SessionListsDeps) {
  /** Live sessions of one user, newest first; one query as long as few of them are over or unwanted. */
  async function list(
    userId: string,
    limit: number,
    start?: ListPosition,
    isWanted: (record: SessionRecord) => boolean = () => true,
  ): Promise<ListPage> {
    const sessions: SessionRecord[] = [];
    let position = start;
    for (let page = 0; page < MAX_LIST_PAGES; page++) {
      const answer = await queryByUser(userId, page === 0 ? limit + 1 : LIST_AGAIN, position);
      const now = clock.now();
      sessions.push(
        ...(answer.items as SessionRecord[]).filter(
          (record) => isLive(record, rules.current(), now) && isWanted(record),
        ),
      );
      if (sessions.length > limit) return { sessions: sessions.slice(0, limit), next: positionOf(sessions[limit - 1]) };
      if (answer.last === undefined) return { sessions, next: undefined };
      position = toPosition(answer.last);
    }
    return { sessions, next: position };
  }

  /** Everyone's live sessions; undefined when `from` is no text of ours. */
  async function listEveryones(
    limit: number,
    from: string | undefined,
    isWanted: (record: SessionRecord) => boolean,
  ): Promise<EveryonePage | undefined> {
    const now = clock.now();
    const wanted = (record: SessionRecord) => isLive(record, rules.current(), now) && isWanted(record);
    return listEveryone(table, { limit, isWanted: wanted, ...(from === undefined ? {} : { from }) });
  }

  /**
   * All live sessions of one user, newest first: one query for a hundred. Whoever has thousands (an operator's import,
   * say) is not read to the end; the sweep ends the rest by and by.
   */
  async function listAll(userId: string): Promise<SessionRecord[]> {
    const found: SessionRecord[] = [];
    let position: ListPosition | undefined;
    do {
      const page = await queryByUser(userId, LIST_AGAIN, position);
      const now = clock.now();
      found.push(...(page.items as SessionRecord[]).filter((record) => isLive(record, rules.current(), now)));
      position = page.last === undefined ? undefined : toPosition(page.last);
    } while (position !== undefined && found.length < MAX_LISTED);
    return found;
  }

  function queryByUser(userId: string, limit: number, position: ListPosition | undefined) {
    return table.queryPage({
      IndexName: "by_user",
      KeyConditionExpression: "user_id = :user",
      ExpressionAttributeValues: { ":user": userId },
      ScanIndexForward: false,
      Limit: limit,
      ...(position === undefined ? {} : { ExclusiveStartKey: { ...position, sk: "META", user_id: userId } }),
    });
  }

  return { list, listEveryones, listAll };
}

export interface ListPosition {
  created_at: string;
  pk: string;
}

interface ListPage {
  sessions: SessionRecord[];
  next: ListPosition | undefined;
}

function toPosition(last: Record<string, unknown>): ListPosition {
  return { created_at: String(last.created_at), pk: String(last.pk) };
}

function positionOf(record: SessionRecord | undefined): ListPosition | undefined {
  return record === undefined ? undefined : { created_at: record.created_at, pk: record.pk };
}
