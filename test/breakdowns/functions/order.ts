/** Whether the test wants this function out of order, by a file in the host's data folder; undefined while it does not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The host gives each function a scratch folder two levels below its data folder. */
const dataFolder = join(process.env.TMPDIR ?? "", "..", "..");

/** The order to keep everybody waiting until there is another. */
export const HANG = "hang";

/** Where the test writes what is wrong with a function. */
export function orderFile(folder: string, functionName: string): string {
  return join(folder, `${functionName}-is-out-of-order`);
}

export function readDisorder(functionName: string): string | undefined {
  try {
    return readFileSync(orderFile(dataFolder, functionName), "utf8");
  } catch {
    return undefined;
  }
}
