/** What the built page consists of, as its build writes it into `manifest.json`. */
export interface Manifest {
  /** By name in `assets/`; the names carry the hash of the content. */
  assets: Record<string, Asset>;
  entries: { script: string; style: string; docsStyle: string; icon: string; preload: string[] };
}

export interface Asset {
  type: string;
  bytes: number;
  /** Bytes as Brotli, which lie beside it as `.br`; gzip lies there as `.gz`. */
  brotli: number;
}
