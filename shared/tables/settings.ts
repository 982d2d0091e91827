/**
 * Settings that somebody gave for a file, next to what looking at it finds. They are kept as a list: at most one for
 * the whole file, and one for each sheet that has its own.
 */
import type { ConversionSettings } from "../contract/conversion.ts";
import { ConversionError } from "./conversion-error.ts";
import type { FileKind } from "./report.ts";

export type { ConversionSettings } from "../contract/conversion.ts";

/** What a setting is called on the wire, `types.amount` for the type of one column. */
export type SettingName = keyof ConversionSettings | `types.${string}`;

/** A setting that the file does not bear. The tables stay as they were, and the report names the setting. */
export class SettingError extends ConversionError {
  readonly setting: SettingName;

  constructor(setting: SettingName, detail: string, options?: ErrorOptions) {
    super("setting_not_possible", detail, options);
    this.setting = setting;
  }
}

const TEXT_SETTINGS = ["encoding", "types", "nulls", "all_text"] as const;

/** What can be set for files of each kind; of another kind nothing can. */
const APPLICABLE: Partial<Record<FileKind, readonly (keyof ConversionSettings)[]>> = {
  delimited: [...TEXT_SETTINGS, "header_row", "delimiter", "quote", "decimal", "percent", "currency"],
  workbook: ["sheet", "range", "header_row", "types", "nulls", "all_text", "decimal", "percent", "currency"],
  json: [...TEXT_SETTINGS, "flatten", "decimal", "percent", "currency"],
  parquet: ["types", "nulls", "all_text", "flatten", "decimal", "percent", "currency"],
};

const KIND_NAMES: Partial<Record<FileKind, string>> = {
  delimited: "delimited text",
  workbook: "a workbook",
  json: "JSON",
  parquet: "Parquet",
};

/** Throws a `SettingError` for the first setting that means nothing for files of this kind. */
export function assertApplicable(kind: FileKind, stored: readonly ConversionSettings[]): void {
  const applicable = APPLICABLE[kind];
  if (applicable === undefined) return; // it makes no table; why is said elsewhere
  for (const settings of stored) {
    const wrong = given(settings).find((name) => !applicable.includes(name));
    if (wrong !== undefined) {
      throw new SettingError(wrong, `Cannot use \`${wrong}\`: the file is ${KIND_NAMES[kind] ?? kind}`);
    }
  }
}

/** Text that looks like no table is one where somebody says how its cells are separated or its bytes are to be read. */
export function kindAsSaid(found: FileKind, stored: readonly ConversionSettings[]): FileKind {
  const isText = stored.some(({ delimiter, encoding }) => delimiter !== undefined || encoding !== undefined);
  return isText && (found === "text" || found === "other") ? "delimited" : found;
}

/** The names of the settings that are set. */
export function given(settings: ConversionSettings): (keyof ConversionSettings)[] {
  const names = Object.keys(settings) as (keyof ConversionSettings)[];
  return names.filter((name) => settings[name] !== undefined);
}

/** What holds for a sheet, or for a file without sheets. */
export function settingsFor(stored: readonly ConversionSettings[], sheet?: string): ConversionSettings {
  const own = sheet === undefined ? undefined : stored.find((settings) => settings.sheet === sheet);
  return own ?? stored.find((settings) => settings.sheet === undefined) ?? {};
}

/**
 * The list with new settings in place of those of the same scope. For the whole file they replace all, also those of
 * single sheets; settings that set nothing leave their scope to what looking at the file finds.
 */
export function withSettings(
  stored: readonly ConversionSettings[],
  settings: ConversionSettings,
): ConversionSettings[] {
  const { sheet, ...rest } = settings;
  const others = sheet === undefined ? [] : stored.filter((other) => other.sheet !== sheet);
  return given(rest).length === 0 ? [...others] : [...others, settings];
}
