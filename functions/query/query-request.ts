import type { QueryParams, QueryRequest, ResultFormat } from "../../shared/contract/functions.ts";
import { AppError } from "../../shared/errors.ts";
import { queryLimits } from "../../shared/tables/query/limits.ts";

const formats: readonly ResultFormat[] = ["json", "ndjson", "csv", "xlsx", "parquet"];
const outputs: readonly QueryRequest["output"][] = ["inline", "file", "auto"];

/**
 * Trusts the API's event a little only: the contract has been checked there, but a wrong number here would mean a
 * child without a deadline or without an end. By hand, because zod would cost this function its quick start.
 */
export function readQueryRequest(event: unknown): QueryRequest {
  if (typeof event !== "object" || event === null) throw invalid("event", "is not an object");
  const field = event as Record<string, unknown>;
  const output = oneOf(field, "output", outputs);
  return {
    sql: text(field, "sql"),
    ...(field.params === undefined || field.params === null ? {} : { params: params(field.params) }),
    ...limit(field, output),
    offset: whole(field, "offset"),
    format: oneOf(field, "format", formats),
    safe_for_spreadsheets: field.safe_for_spreadsheets === true,
    output,
    ...(output === "inline" ? {} : { upload: upload(field.upload) }),
    database_url: httpUrl(field, "database_url"),
    database_key: text(field, "database_key"),
    timeout_seconds: timeout(field),
  };
}

/** What may stay in the answer has an end, asked for or not. */
function limit(field: Record<string, unknown>, output: QueryRequest["output"]): { limit?: number } {
  const wanted = field.limit === undefined || field.limit === null ? undefined : whole(field, "limit");
  if (output !== "file") return { limit: Math.min(wanted ?? queryLimits.rows, queryLimits.rows) };
  return wanted === undefined ? {} : { limit: wanted };
}

function upload(value: unknown): NonNullable<QueryRequest["upload"]> {
  if (typeof value !== "object" || value === null) throw invalid("upload", "is not a form");
  const field = value as Record<string, unknown>;
  const fields = field.fields;
  if (typeof fields !== "object" || fields === null || !Object.values(fields).every((it) => typeof it === "string")) {
    throw invalid("upload", "has no fields");
  }
  const max_bytes = Math.min(whole(field, "max_bytes"), queryLimits.fileBytes);
  return { url: httpUrl(field, "url"), fields: fields as Record<string, string>, max_bytes };
}

function oneOf<Value extends string>(field: Record<string, unknown>, name: string, known: readonly Value[]): Value {
  const value = known.find((one) => one === field[name]);
  if (value === undefined) throw invalid(name, `is not one of ${known.join(", ")}`);
  return value;
}

function text(field: Record<string, unknown>, name: string): string {
  const value = field[name];
  if (typeof value !== "string" || value === "") throw invalid(name, "is not a text");
  return value;
}

function whole(field: Record<string, unknown>, name: string): number {
  const value = field[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw invalid(name, "is not a count");
  return value;
}

function timeout(field: Record<string, unknown>): number {
  const value = field.timeout_seconds;
  if (typeof value !== "number" || !(value > 0 && value <= 900))
    throw invalid("timeout_seconds", "is not between 0 and 900");
  return value;
}

function httpUrl(field: Record<string, unknown>, name: string): string {
  const url = URL.parse(text(field, name));
  if (url?.protocol !== "https:" && url?.protocol !== "http:") throw invalid(name, "is not an http address");
  return url.href;
}

function params(value: unknown): QueryParams {
  const isScalar = (item: unknown) => item === null || ["string", "number", "boolean"].includes(typeof item);
  if (typeof value !== "object" || value === null || !Object.values(value).every(isScalar)) {
    throw invalid("params", "is not a list or object of texts, numbers, booleans and nulls");
  }
  return value as QueryParams;
}

function invalid(name: string, state: string): AppError {
  return new AppError("invalid_request", `Cannot run the query: ${name} ${state}`);
}
