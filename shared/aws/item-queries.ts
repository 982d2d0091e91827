/** The queries that several rooms ask of one partition: strongly consistent, everything or what a prefix names. */
import { sessionPartition } from "./item-keys.ts";

/** A session's items whose sort keys begin so, in their order: one of `PREFIX`, or more of a key. */
export function itemsOfKind(sessionId: string, prefix: string) {
  return {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": sessionPartition(sessionId), ":prefix": prefix },
    ConsistentRead: true,
  };
}

/** Everything in a partition, of a session or of a user: the keys alone. */
export function keysInPartition(pk: string) {
  return {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
    ProjectionExpression: "pk, sk",
    ConsistentRead: true,
  };
}
