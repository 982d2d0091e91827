import { argumentAt, type Arguments } from "../flow/observer.ts";
import { knownText, type Value } from "../flow/value.ts";

/** What a file is opened for, as far as the call tells. */
export type Mode = "read" | "written" | "unknown";

export function modeOf(name: string, args: Arguments): Mode {
  if (!name.endsWith(".open") || name === "codecs.open") {
    return name === "codecs.open" ? modeText(argumentAt(args, 1, "mode")?.value) : "read";
  }
  return modeText(argumentAt(args, 1, "mode")?.value);
}

export function modeText(mode: Value | undefined): Mode {
  if (mode === undefined) return "read";
  const known = knownText(mode);
  if (known === undefined) return "unknown";
  return /[wax+]/.test(known) ? "written" : "read";
}
