/** `sales.csv.gz` is to be judged as `sales.csv`. */
export function nameWithoutPacking(fileName: string): string {
  return fileName.replace(/\.(gz|gzip|zst|zstd)$/i, "");
}
