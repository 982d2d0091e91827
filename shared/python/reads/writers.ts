/** Calls that write a file, and which argument is its path. A file that a script also writes is its own affair. */
export interface Writer {
  position: number;
  names: readonly string[];
}

const first = (...names: string[]): Writer => ({ position: 0, names });
const second = (...names: string[]): Writer => ({ position: 1, names });

/** Functions by their full names. */
export const writerFunctions: ReadonlyMap<string, Writer> = new Map([
  ["numpy.savetxt", first("fname")],
  ["numpy.save", first("file")],
  ["pandas.ExcelWriter", first("path")],
  ["shutil.copy", second("dst")],
  ["shutil.copy2", second("dst")],
  ["shutil.copyfile", second("dst")],
  ["shutil.move", second("dst")],
  ["os.rename", second("dst")],
  ["os.replace", second("dst")],
  ["urllib.request.urlretrieve", second("filename")],
  ["urllib.urlretrieve", second("filename")],
  ["wget.download", second("out")],
  ["gdown.download", second("output")],
]);

/** Methods by their names, of whatever object. */
export const writerMethods: ReadonlyMap<string, Writer> = new Map([
  ["to_csv", first("path_or_buf")],
  ["to_excel", first("excel_writer")],
  ["to_json", first("path_or_buf")],
  ["to_parquet", first("path")],
  ["to_file", first("filename")],
  ["write_csv", first("file")],
  ["write_excel", first("workbook")],
  ["write_json", first("file")],
  ["write_ndjson", first("file")],
  ["write_parquet", first("file")],
  ["sink_csv", first("path")],
  ["sink_parquet", first("path")],
  ["savetxt", first("fname")],
  ["save", first("filename")],
  ["download_file", { position: 2, names: ["Filename"] }],
]);

/** Methods of a path that write it. */
export const pathWriters: ReadonlySet<string> = new Set(["write_text", "write_bytes", "touch"]);
