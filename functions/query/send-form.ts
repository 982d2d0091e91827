import { openAsBlob } from "node:fs";
import type { QueryRequest } from "../../shared/contract/functions.ts";
import { AppError } from "../../shared/errors.ts";

/**
 * Sends a file by a presigned form, from the disk as it goes out. The form says where to, and between which sizes;
 * storage refuses anything else. `openAsBlob` miscounts files beyond 4 GiB; a result has an eighth of that at most
 * (`queryLimits.fileBytes`, which the request's own limit cannot exceed).
 */
export async function sendForm(
  { url, fields }: NonNullable<QueryRequest["upload"]>,
  { path, timeoutMs }: { path: string; timeoutMs: number },
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", await openAsBlob(path), "result"); // the last one: storage ignores what follows it
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", body: form, signal, redirect: "error" });
    if (!response.ok) throw new Error(`${response.status} ${(await response.text()).slice(0, 500)}`);
    await response.arrayBuffer();
  } catch (cause) {
    throw new AppError("unavailable", "Cannot store the result: storage did not take it", { cause });
  }
}
