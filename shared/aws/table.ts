import { setTimeout as delay } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { AppError } from "../errors.ts";
import type { ItemKey } from "./item-keys.ts";
import { LAST_WRITE, newWriteToken, wasTriedBefore, withWriteToken } from "./write-token.ts";

export type Item = Record<string, unknown> & ItemKey;

type Condition = Pick<
  UpdateCommandInput,
  "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;
type Update = Omit<UpdateCommandInput, "TableName" | "Key" | "ReturnValues">;
type Query = Omit<QueryCommandInput, "TableName">;

const MAX_BATCH = 25; // BatchWriteItem's own limit
const MAX_BATCH_ATTEMPTS = 8;

/** The one table, with DynamoDB's errors already translated: a condition that failed is `undefined` or `false`. */
export function createTable(client: DynamoDBDocumentClient, tableName: string) {
  const TableName = tableName;

  /** The item, strongly consistent; undefined when there is none. */
  async function find(key: ItemKey): Promise<Item | undefined> {
    const answer = await client.send(new GetCommand({ TableName, Key: keyOf(key), ConsistentRead: true }));
    return answer.Item as Item | undefined;
  }

  /** Stores the item; false when the condition did not hold. */
  async function put(item: Item, condition: Condition = {}): Promise<boolean> {
    const token = newWriteToken();
    const Item = condition.ConditionExpression === undefined ? item : { ...item, [LAST_WRITE]: token };
    const sent = client.send(new PutCommand({ TableName, Item, ...condition }));
    return (await orUndefined(sent, () => findWritten(item, token))) !== undefined;
  }

  /** Stores the item whatever is there, and answers what it replaced. */
  async function replace(item: Item): Promise<Item | undefined> {
    const answer = await client.send(new PutCommand({ TableName, Item: item, ReturnValues: "ALL_OLD" }));
    return answer.Attributes as Item | undefined;
  }

  /** Changes the item and answers it as it is now; undefined when the condition did not hold. */
  async function update(key: ItemKey, change: Update): Promise<Item | undefined> {
    const token = newWriteToken();
    const once = withWriteToken(change, token);
    const sent = client.send(new UpdateCommand({ TableName, Key: keyOf(key), ...once, ReturnValues: "ALL_NEW" }));
    return orUndefined(
      sent.then(({ Attributes }) => Attributes as Item),
      () => findWritten(key, token),
    );
  }

  /** The item as it is, if a first attempt wrote it of which nothing was heard. */
  async function findWritten(key: ItemKey, token: string): Promise<Item | undefined> {
    const item = await find(key);
    return item?.[LAST_WRITE] === token ? item : undefined;
  }

  /**
   * Removes the item and answers what it was; undefined when there was none or the condition did not hold. Where an
   * attempt before may have removed it, what is not there any more counts as removed, and the answer is what was handed
   * in: at least the key.
   */
  async function remove(key: ItemKey, condition: Condition = {}): Promise<Item | undefined> {
    const command = new DeleteCommand({ TableName, Key: keyOf(key), ...condition, ReturnValues: "ALL_OLD" });
    const wasGoneBefore = async () => ((await find(key)) === undefined ? (key as Item) : undefined);
    const sent = client.send(command).then((answer) => {
      const wasThere = answer.Attributes !== undefined || !wasTriedBefore(answer);
      return wasThere ? (answer.Attributes as Item | undefined) : wasGoneBefore();
    });
    return orUndefined(sent, wasGoneBefore);
  }

  /** One request: a page as DynamoDB cuts it. */
  async function queryPage(query: Query): Promise<{ items: Item[]; last: Record<string, unknown> | undefined }> {
    const answer = await client.send(new QueryCommand({ TableName, ...query }));
    return { items: (answer.Items ?? []) as Item[], last: answer.LastEvaluatedKey };
  }

  /** Everything the query finds, page after page. */
  async function* queryAll(query: Query): AsyncGenerator<Item> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await queryPage({ ...query, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
      yield* page.items;
      start = page.last;
    } while (start !== undefined);
  }

  /** Puts and removes in batches; what DynamoDB leaves unprocessed is tried again with jitter. Throws if any is left. */
  async function writeBatch(changes: { put?: Item[]; remove?: ItemKey[] }): Promise<void> {
    const requests = [
      ...(changes.put ?? []).map((Item) => ({ PutRequest: { Item } })),
      ...(changes.remove ?? []).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ];
    for (let start = 0; start < requests.length; start += MAX_BATCH) {
      await writeUntilDone(requests.slice(start, start + MAX_BATCH));
    }
  }

  async function writeUntilDone(requests: object[]): Promise<void> {
    let left: object[] = requests;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === MAX_BATCH_ATTEMPTS) {
        throw new AppError(
          "unavailable",
          `Cannot write ${left.length} items: the table keeps leaving them unprocessed`,
        );
      }
      if (attempt > 0) await delay(Math.random() * 50 * 2 ** attempt);
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [TableName]: left as never[] } }));
      left = answer.UnprocessedItems?.[TableName] ?? [];
    }
  }

  return { find, put, replace, update, remove, queryPage, queryAll, writeBatch };
}

export type Table = ReturnType<typeof createTable>;

/** Callers may hand in the whole item; DynamoDB takes the key alone. */
function keyOf({ pk, sk }: ItemKey): ItemKey {
  return { pk, sk };
}

/** What was answered; `afterRepetition` says what to make of a condition that did not hold for a repeated request. */
async function orUndefined<Answer, Other = Answer>(
  sent: Promise<Answer>,
  afterRepetition: () => Promise<Other | undefined>,
): Promise<Answer | Other | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return wasTriedBefore(error) ? afterRepetition() : undefined;
  }
}
