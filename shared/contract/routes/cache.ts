import * as cache from "../cache.ts";
import { defineRoute } from "../route.ts";
import { sessionProblems } from "../session-problems.ts";

export const lookupCache = defineRoute("lookupCache", {
  method: "POST",
  path: "/v1/sessions/{session_id}/cache/lookup",
  summary: "The answer that was stored for this query and mode: hit, miss or expired, with its age",
  tag: "Cache",
  body: cache.cacheLookup,
  answer: cache.cacheAnswer,
  problems: sessionProblems,
});

export const putCache = defineRoute("putCache", {
  method: "PUT",
  path: "/v1/sessions/{session_id}/cache",
  summary: "Store the answer for a query and mode, for 48 hours and never beyond the session",
  tag: "Cache",
  body: cache.cacheStore,
  bodyLimit: "inline",
  answer: cache.cacheStored,
  problems: [...sessionProblems, "session_full"],
});

export const clearCache = defineRoute("clearCache", {
  method: "DELETE",
  path: "/v1/sessions/{session_id}/cache",
  summary: "Forget the answer for a query and mode, or with no body all of them",
  tag: "Cache",
  body: cache.cacheClear,
  answer: cache.cacheCleared,
  problems: sessionProblems,
});
