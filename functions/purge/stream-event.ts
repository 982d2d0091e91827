import { type EndingReason, endingReason } from "../../shared/contract/session.ts";
import { META, parseSessionPartition } from "../../shared/aws/item-keys.ts";

/** What DynamoDB's stream hands to Lambda, as far as we read it. */
export interface StreamEvent {
  Records: unknown[];
}

/** A session's item that went away. */
export interface RemovedSession {
  sessionId: string;
  /** DynamoDB's own time to live, or some person's or program's hand. */
  cause: "ttl" | "hand";
  /** What it was; undefined for a tombstone, or where the stream carries no old images. */
  was: WasSession | undefined;
  /** What the stream is told when this record has to come again. */
  sequenceNumber: string;
}

/** As much of a removed session's item as its receipt needs. */
export interface WasSession {
  userId: string;
  tables: number;
  endingReason: EndingReason | undefined;
  guestTokenHash: string | undefined;
  /** The thread whose claim may still point to it. */
  claimed: { platform: string; threadId: string | null } | undefined;
}

/** As in DynamoDB's documentation of expired items in streams. */
const TTL_IDENTITY = { type: "Service", principalId: "dynamodb.amazonaws.com" };

/**
 * The removal of a session's item that the record tells of; undefined for a record of anything else. Throws when the
 * record is not one that a stream makes: it would be the same the next time, so asking for it again is no use.
 */
export function parseRemoval(record: unknown): RemovedSession | undefined {
  const { eventName, dynamodb, userIdentity } = asObject(record);
  if (eventName !== "REMOVE") return undefined;
  const { Keys, SequenceNumber, OldImage } = asObject(dynamodb);
  const { pk, sk } = asObject(Keys);
  const partition = asObject(pk).S;
  if (typeof partition !== "string" || typeof SequenceNumber !== "string" || SequenceNumber === "") {
    throw new Error("Cannot read a stream record: it has no key or no sequence number");
  }
  const sessionId = parseSessionPartition(partition);
  if (asObject(sk).S !== META || sessionId === undefined) return undefined;
  const { type, principalId } = asObject(userIdentity ?? {});
  const isTtl = type === TTL_IDENTITY.type && principalId === TTL_IDENTITY.principalId;
  const was = OldImage === undefined ? undefined : readOldImage(asObject(OldImage));
  return { sessionId, cause: isTtl ? "ttl" : "hand", was, sequenceNumber: SequenceNumber };
}

function readOldImage(image: Record<string, unknown>): WasSession | undefined {
  const userId = textOf(image.user_id);
  if (userId === undefined || textOf(image.status) === "deleted") return undefined;
  const { tables } = asObject(asObject(image.database ?? {}).M ?? {});
  const reason = endingReason.safeParse(textOf(image.ending_reason));
  return {
    userId,
    tables: Number(asObject(tables ?? {}).N ?? 0),
    endingReason: reason.data,
    guestTokenHash: textOf(image.guest_token_hash),
    claimed: readClaim(image),
  };
}

/** A session of no thread in particular has a claim too; its `claimed_thread_id` is there, and null. */
function readClaim({ platform, claimed_thread_id }: Record<string, unknown>): WasSession["claimed"] {
  const platformName = textOf(platform);
  if (platformName === undefined || claimed_thread_id === undefined) return undefined;
  return { platform: platformName, threadId: textOf(claimed_thread_id) ?? null };
}

function textOf(attribute: unknown): string | undefined {
  const { S } = asObject(attribute ?? {});
  return typeof S === "string" ? S : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  if (value !== null && typeof value === "object") return value as Record<string, unknown>;
  throw new Error("Cannot read a stream record: part of it is missing");
}
