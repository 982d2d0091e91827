/**
 * The functions that read files, by their full names, and what becomes of a call of each.
 *
 * - `callee`: the helper has a look-alike with the same arguments; the name of the function is replaced
 * - `path`: the function wants a file; its path is handed through the helper's `path()`
 * - `refuse`: a way of reading that no table can stand in for
 */
import type { SiteCode } from "../../contract/script.ts";

export type FileKind = "delimited" | "workbook" | "json" | "parquet";

export interface Reader {
  how: "callee" | "path" | "refuse";
  /** The look-alike's name in the helper. */
  helper?: string;
  /** What the path is called where it is given by name. */
  pathName: string;
  /** Kinds of file that it understands; absent: any. */
  kinds?: readonly FileKind[];
  code?: SiteCode;
  /** It matters only where the path is sure to be one of the session's: to any other it may not be done. */
  isOnlyForKnown?: boolean;
}

const csv = ["delimited"] as const;
const json = ["json"] as const;
const excel = ["workbook"] as const;
const parquet = ["parquet"] as const;

function mirrored(helper: string, pathName: string, kinds?: readonly FileKind[]): Reader {
  return { how: "callee", helper, pathName, ...(kinds !== undefined && { kinds }) };
}

function wantsFile(pathName: string, kinds?: readonly FileKind[]): Reader {
  return { how: "path", pathName, ...(kinds !== undefined && { kinds }) };
}

const CELLS: Reader = { how: "refuse", pathName: "filename", code: "cell_level_openpyxl", kinds: excel };

/** pandas' own readers; also those that only exist as a look-alike of the same name. */
const pandas: Readonly<Record<string, Reader>> = {
  read_csv: mirrored("read_csv", "filepath_or_buffer", csv),
  read_table: mirrored("read_table", "filepath_or_buffer", csv),
  read_excel: mirrored("read_excel", "io", excel),
  ExcelFile: mirrored("ExcelFile", "path_or_buffer", excel),
  read_json: mirrored("read_json", "path_or_buf", json),
  read_parquet: mirrored("read_parquet", "path", parquet),
  read_fwf: mirrored("read_fwf", "filepath_or_buffer", csv),
};

const polars: Readonly<Record<string, Reader>> = {
  read_csv: wantsFile("source", csv),
  scan_csv: wantsFile("source", csv),
  read_csv_batched: wantsFile("source", csv),
  read_excel: wantsFile("source", excel),
  read_json: wantsFile("source", json),
  read_ndjson: wantsFile("source", json),
  scan_ndjson: wantsFile("source", json),
  read_parquet: wantsFile("source", parquet),
  scan_parquet: wantsFile("source", parquet),
};

const dask: Readonly<Record<string, Reader>> = {
  read_csv: wantsFile("urlpath", csv),
  read_table: wantsFile("urlpath", csv),
  read_json: wantsFile("url_path", json),
  read_parquet: wantsFile("path", parquet),
};

const numpy: Readonly<Record<string, Reader>> = {
  loadtxt: wantsFile("fname", csv),
  genfromtxt: wantsFile("fname", csv),
  recfromcsv: wantsFile("fname", csv),
  recfromtxt: wantsFile("fname", csv),
};

/** Every reader, by module and name. */
export const readers: ReadonlyMap<string, Reader> = new Map([
  ...under("pandas", pandas),
  ...under("pandas.io.parsers", pandas),
  ...under("pandas.io.excel", pandas),
  ...under("pandas.io.json", pandas),
  ...under("pandas.io.api", pandas),
  ...under("numpy", numpy),
  ...under("pylab", numpy),
  ...under("matplotlib.pylab", numpy),
  ...under("polars", polars),
  ...under("dask.dataframe", dask),
  ...under("modin.pandas", { read_csv: wantsFile("filepath_or_buffer", csv), read_excel: wantsFile("io", excel) }),
  ["builtins.open", mirrored("open", "file")],
  ["io.open", mirrored("open", "file")],
  ["codecs.open", wantsFile("filename")],
  ["glob.glob", mirrored("glob", "pathname")],
  ["os.path.exists", { ...mirrored("exists", "path"), isOnlyForKnown: true }],
  ["os.path.isfile", { ...mirrored("exists", "path"), isOnlyForKnown: true }],
  ["pyarrow.csv.read_csv", wantsFile("input_file", csv)],
  ["pyarrow.csv.open_csv", wantsFile("input_file", csv)],
  ["pyarrow.json.read_json", wantsFile("input_file", json)],
  ["pyarrow.parquet.read_table", wantsFile("source", parquet)],
  ["pyarrow.parquet.read_pandas", wantsFile("source", parquet)],
  ["pyarrow.parquet.ParquetFile", wantsFile("source", parquet)],
  ["geopandas.read_file", wantsFile("filename", json)],
  ["openpyxl.load_workbook", CELLS],
  ["openpyxl.reader.excel.load_workbook", CELLS],
  ["xlrd.open_workbook", CELLS],
  ["xlwings.Book", CELLS],
  ["pylightxl.readxl", CELLS],
]);

/** Names of pandas' readers: an attribute of this name means one, whatever it is taken from. */
export const pandasReaders: ReadonlySet<string> = new Set(Object.keys(pandas));

/** Modules whose `from … import *` brings readers along. */
export const starModules: ReadonlySet<string> = new Set([
  "pandas",
  "numpy",
  "pylab",
  "matplotlib.pylab",
  "polars",
  "glob",
]);

function under(module: string, names: Readonly<Record<string, Reader>>): [string, Reader][] {
  return Object.entries(names).map(([name, reader]) => [`${module}.${name}`, reader]);
}
