import { existsSync, readFileSync, statSync } from "node:fs";
import type { DataFolder } from "../data-folder.ts";

/** A parameter as it stands now. */
export interface Parameter {
  value: string;
  modifiedAt: Date;
}

/** The one parameter that the local host has; undefined once its file is gone. */
export interface ParameterFile {
  name: string;
  find(): Parameter | undefined;
}

/** The file of the data folder that a person edits where an operator on AWS would edit the parameter. */
export const RETENTION_FILE = "retention.json";

/** Opens the stage's retention document. It starts empty, as on AWS: it holds only what differs from the settings. */
export function openRetentionFile(folder: Pick<DataFolder, "at" | "writeJson">, name: string): ParameterFile {
  const file = folder.at(RETENTION_FILE);
  if (!existsSync(file)) folder.writeJson(RETENTION_FILE, {});
  return {
    name,
    find() {
      try {
        return { value: readFileSync(file, "utf8"), modifiedAt: statSync(file).mtime };
      } catch {
        return undefined;
      }
    },
  };
}
