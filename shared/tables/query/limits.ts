/** What one statement may use. DuckDB's own limits are not walls; those marked "wall" hold whatever DuckDB does. */
export const queryLimits = {
  /** Longer statements are refused: nobody writes 100 KB by hand, and parsers are slow and fragile on them. */
  sqlBytes: 100 * 1024,
  /** Brackets inside brackets. DuckDB's parser and binder recurse, so depth is stack. */
  nesting: 200,
  /** In an answer; a file takes any number. */
  rows: 100_000,
  /** Wall, counted as sent: Lambda's answer must stay under 6 MiB of JSON together with its frame. */
  inlineBytes: 4 * 1024 * 1024,
  /** Wall, for a result that goes into a file; whoever asks may set a lower one. Room for two is kept in /tmp. */
  fileBytes: 512 * 1024 * 1024,
  /**
   * Wall, for the names and types of a result's columns, which stand in the answer even where its rows are in a file.
   * What is in the answer itself counts them among `inlineBytes`.
   */
  columnsBytes: 4 * 1024 * 1024,
  /** Wall, for what the child says about a failure. */
  problemBytes: 64 * 1024,
  /** Wall, for one row or piece of text on its way to the parent, which holds it whole. */
  lineBytes: 64 * 1024 * 1024,
  /** What DuckDB tries to respect; strings and lists built by functions do not count. */
  duckDbMemory: "1GB",
  threads: 2,
  /**
   * Wall, in KiB for `ulimit -v`. Node with DuckDB loaded and idle has 1.7 to 1.8 GB of addresses reserved, of which
   * it uses 0.1 GB (it needs 2 GB to start), so a statement can really use about 1.7 GB: less than the function has.
   */
  addressSpaceKib: 3_400_000,
  /** JavaScript's own heap in the child; rows leave it as they are read. */
  heapMb: 384,
} as const;
