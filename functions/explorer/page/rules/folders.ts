import type { Answer } from "../../../../shared/client/index.ts";

export type CubbyFile = Answer<"listFiles">["data"][number];
export type FolderName = CubbyFile["folder"];

/** The folders in the order a person cares about them, in his words. */
export const folders: readonly { name: FolderName; label: string; about: string; canUpload: boolean }[] = [
  { name: "uploads", label: "Uploads", about: "What you brought, unchanged", canUpload: true },
  { name: "workspace", label: "Workspace", about: "What was made of it", canUpload: true },
  { name: "outputs/single", label: "Outputs", about: "Single results", canUpload: true },
  { name: "outputs/bulk", label: "Bulk outputs", about: "Results by the dozen", canUpload: true },
  { name: "research_data", label: "Research", about: "Findings, as documents", canUpload: true },
  { name: "intermediate_results", label: "Intermediate", about: "Steps on the way", canUpload: true },
  { name: "cache", label: "Cache", about: "Answers kept for 48 hours", canUpload: false },
  { name: "logs", label: "Logs", about: "What happened, line by line", canUpload: false },
];

export function folderLabel(name: string): string {
  return folders.find((folder) => folder.name === name)?.label ?? name;
}

export function canUploadTo(name: string): boolean {
  return folders.some((folder) => folder.name === name && folder.canUpload);
}
