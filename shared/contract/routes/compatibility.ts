import * as compatibility from "../compatibility.ts";
import { defineRoute } from "../route.ts";

export const upload = defineRoute("upload", {
  method: "POST",
  path: "/upload",
  summary: "A new session with these files in it (for clients of older systems)",
  tag: "Compatibility",
  access: "maybe_guest",
  bodyKind: "multipart",
  answer: compatibility.uploadAnswer,
  problems: [
    "invalid_multipart",
    "body_too_large",
    "media_type_not_supported",
    "archive_refused",
    "too_many_sessions",
    "path_not_allowed",
    "file_too_large",
    "session_full",
  ],
});

export const sessionInfo = defineRoute("sessionInfo", {
  method: "GET",
  path: "/session/info",
  summary: "My sessions in the shape of older systems",
  tag: "Compatibility",
  answer: compatibility.sessionInfo,
});

export const removeSession = defineRoute("removeSession", {
  method: "DELETE",
  path: "/session/{session_id}",
  summary: "Remove a session that is not the current one",
  tag: "Compatibility",
  answer: compatibility.sessionRemoved,
  problems: ["session_not_found", "session_is_current"],
});

export const chatSessions = defineRoute("chatSessions", {
  method: "GET",
  path: "/api/sessions",
  summary: "My live sessions in the shape of older chat servers, newest first",
  tag: "Compatibility",
  answer: compatibility.chatSessions,
});

export const removeChat = defineRoute("removeChat", {
  method: "DELETE",
  path: "/api/chat/{session_id}",
  summary: "Delete the conversation as older chat servers do: its session ends, with its history and its files",
  tag: "Compatibility",
  answer: compatibility.sessionRemoved,
  problems: ["session_not_found"],
});
