/** How an update of a session's item moves the figures of its folders. Pure. */
import type { FileDelta } from "../files/file-record.ts";
import type { SessionRecord } from "./session-record.ts";

/**
 * The parts of the update. Where the record does not know its folders' bytes (older versions did not), they stay
 * unknown: a figure that began in the middle would be wrong. Should they become known meanwhile, nothing is written.
 */
export function folderMoves({ folder_bytes }: SessionRecord, deltas: readonly FileDelta[]) {
  const folders = [...Map.groupBy(deltas, ({ folder }) => folder)];
  const moves = folders.flatMap(([, moved], index) => [
    { figure: "file_counts", at: `#f${index}`, by: `:f${index}`, value: sum(moved, ({ files }) => files) },
    ...(folder_bytes === undefined
      ? []
      : [{ figure: "folder_bytes", at: `#f${index}`, by: `:b${index}`, value: sum(moved, ({ bytes }) => bytes) }]),
  ]);
  return {
    sets: moves.map(({ figure, at, by }) => `${figure}.${at} = if_not_exists(${figure}.${at}, :zero) + ${by}`),
    conditions: folders.length > 0 && folder_bytes === undefined ? ["attribute_not_exists(folder_bytes)"] : [],
    // Folders hold slashes, and names beyond ASCII would abort one of the engines: placeholders only.
    names: Object.fromEntries(folders.map(([folder], index) => [`#f${index}`, folder])),
    values: {
      ...(moves.length === 0 ? {} : { ":zero": 0 }),
      ...Object.fromEntries(moves.map(({ by, value }) => [by, value])),
    },
  };
}

function sum<Value>(values: readonly Value[], of: (value: Value) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
