/**
 * Every route of Cubby. A route exists when it stands in one of these: the API mounts this list and nothing else, the
 * OpenAPI document is printed from it, and the client is typed by it.
 */
export * from "./routes/account.ts";
export * from "./routes/approvals.ts";
export * from "./routes/archives.ts";
export * from "./routes/cache.ts";
export * from "./routes/compatibility.ts";
export * from "./routes/conversions.ts";
export * from "./routes/documents.ts";
export * from "./routes/files.ts";
export * from "./routes/history.ts";
export * from "./routes/logs.ts";
export * from "./routes/operations.ts";
export * from "./routes/service.ts";
export * from "./routes/sessions.ts";
export * from "./routes/tables.ts";
export * from "./routes/uploads.ts";
