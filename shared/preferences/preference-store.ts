/**
 * A user's settings: the item `USER#<user_id>` / `PREFERENCES`. Kept as JSON text, because DynamoDB knows fewer numbers
 * and less nesting than JSON does; its version is the text's hash, so that a replacement needs no read before it.
 */
import { preferencesKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { Preferences } from "../contract/account.ts";
import { sha256Hex } from "../ids.ts";

/** The version of preferences that were never set: they read as `{}`, and yet something can be created. */
const UNSET = "unset";

export interface StoredPreferences {
  preferences: Preferences;
  version: string;
}

/** What must be there for a replacement to happen. */
export type Expected = { kind: "anything" } | { kind: "nothing" } | { kind: "something" } | Versions;
interface Versions {
  kind: "one_of";
  versions: readonly string[];
}

export function createPreferenceStore(table: Table, clock: Clock) {
  /** The user's preferences, `{}` while there are none. */
  async function get(userId: string): Promise<StoredPreferences> {
    const item = await table.find(preferencesKey(userId));
    if (item === undefined) return { preferences: {}, version: UNSET };
    return { preferences: JSON.parse(String(item.preferences)) as Preferences, version: String(item.version) };
  }

  /** Puts these in the place of the present ones: one write. Answers the version; undefined when another is there. */
  async function replace(userId: string, preferences: Preferences, expected: Expected): Promise<string | undefined> {
    const text = JSON.stringify(preferences);
    const version = sha256Hex(text).slice(0, 32);
    const item = {
      ...preferencesKey(userId),
      preferences: text,
      version,
      updated_at: toTimestamp(clock.now()),
    };
    return (await table.put(item, toCondition(expected))) ? version : undefined;
  }

  return { get, replace };
}

export type PreferenceStore = ReturnType<typeof createPreferenceStore>;

function toCondition(expected: Expected) {
  switch (expected.kind) {
    case "anything":
      return {};
    case "nothing":
      return { ConditionExpression: "attribute_not_exists(pk)" };
    case "something":
      return { ConditionExpression: "attribute_exists(pk)" };
    case "one_of":
      return oneOf(expected.versions);
  }
}

const MAX_OPERANDS = 100; // of IN, by DynamoDB

function oneOf(listed: readonly string[]) {
  const versions = listed.slice(0, MAX_OPERANDS);
  const names = versions.map((_, index) => `:v${index}`);
  const orUnset = versions.includes(UNSET) ? " OR attribute_not_exists(pk)" : "";
  return {
    ConditionExpression: `#version IN (${names.join(", ")})${orUnset}`,
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: Object.fromEntries(versions.map((version, index) => [names[index], version])),
  };
}
