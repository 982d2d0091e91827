import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { viewEngines } from "./engines-view.ts";

/** What a session says of its files, or what they come to. */
export interface Figures {
  file_counts: Record<string, number>;
  folder_bytes: Record<string, number>;
  total_size_bytes: number;
}

export function figuresOf(files: Iterable<{ folder: string; size: number }>): Figures {
  const figures: Figures = { file_counts: {}, folder_bytes: {}, total_size_bytes: 0 };
  for (const { folder, size } of files) {
    figures.file_counts[folder] = (figures.file_counts[folder] ?? 0) + 1;
    figures.folder_bytes[folder] = (figures.folder_bytes[folder] ?? 0) + size;
    figures.total_size_bytes += size;
  }
  return figures;
}

/** What the bucket holds of the session's files: all but database versions, archives and cached answers. */
export async function bucketFigures(host: Host, sessionId: string): Promise<Figures> {
  const files = [];
  for await (const { key, sizeBytes } of viewEngines(host).bucket.list(`sessions/${sessionId}/`)) {
    const [, folder] = /^sessions\/[^/]+\/(.*)\/[^/]+$/s.exec(key) ?? [];
    if (folder !== undefined && !/^(database\/|archives$|cache$)/.test(folder)) files.push({ folder, size: sizeBytes });
  }
  return figuresOf(files);
}

/** What the API tells; throws where its list of folders says something else than the session's own record. */
export async function toldFigures(client: Client, session_id: string): Promise<Figures> {
  const { file_counts, total_size_bytes } = await client.call("getSession", { params: { session_id } });
  const { folders } = await client.call("listFolders", { params: { session_id } });
  for (const { folder, files, size_bytes } of folders) {
    if (files === (file_counts[folder] ?? 0) && (files > 0 || size_bytes === 0)) continue;
    throw new Error(`${folder}: ${files} files of ${size_bytes} bytes listed, ${file_counts[folder]} files counted`);
  }
  const full = folders.filter(({ files }) => files > 0);
  return {
    file_counts: Object.fromEntries(full.map(({ folder, files }) => [folder, files])),
    folder_bytes: Object.fromEntries(full.map(({ folder, size_bytes }) => [folder, size_bytes])),
    total_size_bytes,
  };
}
