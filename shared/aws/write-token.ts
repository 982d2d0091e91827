/**
 * Each write that has a condition, or adds to what is there, leaves a token of its own in what it wrote. The SDK sends a
 * request again whose answer was lost; when the first one had its effect, the second finds a condition that does not
 * hold any more, or would count twice. By its token it knows its own work.
 */
import { createHash, randomBytes } from "node:crypto";
import type { UpdateCommandInput } from "@aws-sdk/lib-dynamodb";

/** The attribute of items, and the name in objects' metadata. */
export const LAST_WRITE = "last_write";

export function newWriteToken(): string {
  return randomBytes(9).toString("base64url");
}

/**
 * The token of a call's one write under a key, the same in each try of the call: what an earlier one put there is its own.
 * Whoever downloads an object reads its metadata, and shall not learn the call's id.
 */
export function writeTokenOf(callId: string): string {
  return createHash("sha256").update(callId).digest("base64url").slice(0, 24);
}

type Update = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** The same change, leaving this token, and not made where it stands already. Pure. */
export function withWriteToken<Change extends Update>(change: Change, token: string): Change {
  const { UpdateExpression = "", ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = change;
  const isOnce = "(attribute_not_exists(#last_write) OR #last_write <> :last_write)";
  return {
    ...change,
    UpdateExpression: alsoSetting(UpdateExpression, "#last_write = :last_write"),
    ConditionExpression: ConditionExpression === undefined ? isOnce : `(${ConditionExpression}) AND ${isOnce}`,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, "#last_write": LAST_WRITE },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ":last_write": token },
  };
}

/** An expression has each of its clauses once. */
function alsoSetting(expression: string, assignment: string): string {
  return /\bSET\s/.test(expression)
    ? expression.replace(/\bSET\s+/, `SET ${assignment}, `)
    : `${expression} SET ${assignment}`.trim();
}

/** Whether an attempt before the one that was answered may have had its effect. */
export function wasTriedBefore(answer: object): boolean {
  const { $metadata } = answer as { $metadata?: { attempts?: number } };
  return ($metadata?.attempts ?? 1) > 1;
}
