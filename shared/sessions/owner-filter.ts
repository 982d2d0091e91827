/**
 * The second wall around a session. With this filter the table itself hands out neither the session's item, nor the
 * tombstone in its place, to anybody but the owner, whatever the code that asks believes of him. Items of the session
 * that name no user pass: they are of use only to who got the session's own.
 *
 * A filter costs nothing (DynamoDB counts what it reads, not what it answers), where a condition would cost a write.
 */
import type { Somebody } from "../identity/principal.ts";

const OWN_ITEMS = "attribute_not_exists(user_id) OR user_id = :asker OR owner_user_id = :asker";

/** What a query for this caller says beside its key; for operators, and without a caller, nothing. */
export function ownerFilter(asker: Somebody | undefined) {
  if (asker === undefined || asker.kind === "operator") return { filter: {}, values: {} };
  return { filter: { FilterExpression: OWN_ITEMS }, values: { ":asker": asker.userId } };
}
