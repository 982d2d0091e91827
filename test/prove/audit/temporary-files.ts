import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a function or the S3 engine was just writing on this machine, and nobody will. */
export async function temporaryFiles(dataDirectory: string): Promise<string[]> {
  const findings: string[] = [];
  for (const folder of ["tmp", "s3/incoming"]) {
    const options = { recursive: true, withFileTypes: true } as const;
    const entries = await readdir(join(dataDirectory, folder), options).catch(() => []);
    for (const entry of entries) if (entry.isFile()) findings.push(`A temporary file: ${folder}/${entry.name}`);
  }
  return findings;
}
