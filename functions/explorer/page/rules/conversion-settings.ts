import type { CallOptions } from "../../../../shared/client/index.ts";

/** How a file is to be read, where looking at it does not find out. */
export type Settings = Omit<CallOptions<"convertAgain">["body"], "path" | "preview">;

/** The form's fields as settings: only what somebody has set, for everything else is found by looking. */
export function readSettings(form: FormData): Settings {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const nulls = text("nulls")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  const header = text("header");
  const delimiter = text("delimiter");
  return {
    ...(text("sheet") !== "" && { sheet: text("sheet") }),
    ...(text("range") !== "" && { range: text("range") }),
    ...(header === "none" && { header_row: null }),
    ...(header === "row" && text("header_row") !== "" && { header_row: Number(text("header_row")) }),
    ...(delimiter !== "" && { delimiter: delimiter === "tab" ? "\t" : delimiter }),
    ...(text("encoding") !== "" && { encoding: text("encoding") }),
    ...(text("decimal") !== "" && { decimal: text("decimal") as "." | "," }),
    ...(nulls.length > 0 && { nulls }),
    ...(form.has("all_text") && { all_text: true }),
    ...(form.has("percent") && { percent: true }),
    ...(form.has("currency") && { currency: true }),
  };
}
