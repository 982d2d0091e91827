import { Hono } from "hono";
import * as contract from "../../shared/contract/routes.ts";
import { AppError } from "../../shared/errors.ts";
import { noteTrace } from "../../shared/trace.ts";
import type { Bindings, MountedRoute } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";
import { withIdempotency } from "./idempotency.ts";
import { identify } from "./identify.ts";
import { inTime } from "./in-time.ts";
import { toProblemResponse } from "./problem.ts";
import * as account from "./routes/account.ts";
import * as approval from "./routes/approval.ts";
import * as archive from "./routes/archive.ts";
import * as bulk from "./routes/bulk.ts";
import * as cache from "./routes/cache.ts";
import * as clear from "./routes/clear.ts";
import * as compatibility from "./routes/compatibility.ts";
import * as conversions from "./routes/conversions.ts";
import * as documents from "./routes/documents.ts";
import * as downloads from "./routes/downloads.ts";
import * as files from "./routes/files.ts";
import * as folders from "./routes/folders.ts";
import * as logs from "./routes/logs.ts";
import * as history from "./routes/history.ts";
import * as preferences from "./routes/preferences.ts";
import * as query from "./routes/query.ts";
import * as rename from "./routes/rename.ts";
import * as service from "./routes/service.ts";
import * as sessions from "./routes/sessions.ts";
import * as tables from "./routes/tables.ts";
import * as uploads from "./routes/uploads.ts";
import * as transfer from "./routes/transfer.ts";
import { assertPossibleSessionId } from "./session-id.ts";

/** Every route with what it does, under the contract's own names: none can be forgotten. */
const mounted: Record<keyof typeof contract, MountedRoute> = {
  health: service.health,
  openapi: service.openapi,
  createSession: sessions.createSession,
  listSessions: sessions.listSessions,
  clearSessions: clear.clearSessions,
  currentSession: sessions.currentSession,
  // Like `current` before `{session_id}`, which would take the word for an id.
  exportSessions: transfer.exportSessions,
  importSessions: transfer.importSessions,
  getSession: sessions.getSession,
  patchSession: sessions.patchSession,
  deleteSession: sessions.deleteSession,
  getReceipt: account.getReceipt,
  touchSession: sessions.touchSession,
  listHistory: history.listHistory,
  appendHistory: history.appendHistory,
  clearHistory: history.clearHistory,
  getApproval: approval.getApproval,
  setApproval: approval.setApproval,
  withdrawApproval: approval.withdrawApproval,
  decideApproval: approval.decideApproval,
  listFolders: folders.listFolders,
  listFiles: files.listFiles,
  uploadFiles: files.uploadFiles,
  putFile: files.putFile,
  getFile: downloads.getFile,
  deleteFile: files.deleteFile,
  renameFile: rename.renameFile,
  deleteFiles: bulk.deleteFiles,
  listLogs: logs.listLogs,
  appendLog: logs.appendLog,
  readLog: logs.readLog,
  createUpload: uploads.createUpload,
  listUploads: uploads.listUploads,
  getUpload: uploads.getUpload,
  signParts: uploads.signParts,
  completeUpload: uploads.completeUpload,
  abortUpload: uploads.abortUpload,
  createArchive: archive.createArchive,
  getArchive: archive.getArchive,
  addResearchData: documents.addResearchData,
  addNamedResearchData: documents.addNamedResearchData,
  listResearchData: documents.listResearchData,
  getResearchData: documents.getResearchData,
  deleteResearchData: documents.deleteResearchData,
  addIntermediateResult: documents.addIntermediateResult,
  addNamedIntermediateResult: documents.addNamedIntermediateResult,
  listIntermediateResults: documents.listIntermediateResults,
  getIntermediateResult: documents.getIntermediateResult,
  deleteIntermediateResult: documents.deleteIntermediateResult,
  lookupCache: cache.lookupCache,
  putCache: cache.putCache,
  clearCache: cache.clearCache,
  listTables: tables.listTables,
  getTable: tables.getTable,
  query: query.query,
  listConversions: conversions.listConversions,
  convertAgain: conversions.convertAgain,
  listReceipts: account.listReceipts,
  usage: account.usage,
  getPreferences: preferences.getPreferences,
  putPreferences: preferences.putPreferences,
  stats: account.stats,
  evictUser: clear.evictUser,
  upload: compatibility.upload,
  sessionInfo: compatibility.sessionInfo,
  removeSession: compatibility.removeSession,
  chatSessions: compatibility.chatSessions,
  removeChat: compatibility.removeChat,
};

/** Request in, Response out; knows nothing of Lambda. */
export function createApp(deps: ApiDeps) {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const { route, handle } of Object.values(mounted)) {
    app.on(route.method, toPattern(route.path), async (context) => {
      noteTrace({ route: route.path });
      return inTime(async () => {
        const principal = await identify(context, route, deps);
        const sessionId = context.req.param("session_id");
        assertPossibleSessionId(sessionId);
        if (sessionId !== undefined) noteTrace({ session_id: sessionId });
        return withIdempotency(deps, context, principal, (keyed) => handle(context, principal, deps, keyed));
      });
    });
  }
  app.notFound((context) => {
    const { method, path } = context.req;
    const allowed = allowedMethods(path);
    // The gateway writes a preflight's headers; a browser takes them only from an answer that is a success.
    if (method === "OPTIONS" && allowed.length > 0) {
      return new Response(null, { status: 204, headers: { allow: allowed.join(", ") } });
    }
    const error =
      allowed.length === 0
        ? new AppError("route_not_found", `Cannot find a route "${path}": see /openapi.json`)
        : new AppError("method_not_allowed", `Cannot ${method} "${path}": it takes ${allowed.join(", ")}`);
    const response = toProblemResponse(error, context.env.requestId, deps.log);
    if (allowed.length > 0) response.headers.set("allow", allowed.join(", "));
    return response;
  });
  app.onError((error, context) => toProblemResponse(error, context.env.requestId, deps.log));
  return app;
}

/** `{name}` → `:name`, `{name+}` → the rest of the path. */
function toPattern(path: string): string {
  return path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name, rest) => (rest === "" ? `:${name}` : `:${name}{.+}`));
}

/** Of the paths that match the most literal one counts: `current` is no session's id, `files/rename` no file's path. */
function allowedMethods(path: string): string[] {
  const matching = Object.values(contract).filter((route) => toRegExp(route.path).test(path));
  const fewest = Math.min(...matching.map(vagueness));
  return [...new Set(matching.filter((route) => vagueness(route) === fewest).map((route): string => route.method))];
}

/** How much of a path is left open: a parameter less than the whole rest. */
function vagueness({ path }: { path: string }): number {
  return path.split("{").length - 1 + (path.includes("+}") ? 1 : 0);
}

function toRegExp(path: string): RegExp {
  const pattern = path
    .replaceAll(/[.]/g, "\\.")
    .replaceAll(/\{\w+(\+?)\}/g, (_, rest) => (rest === "" ? "[^/]+" : ".+"));
  return new RegExp(`^${pattern}$`);
}
