import { render } from "preact";
import { App } from "./shell/app.tsx";
import { loadFiles } from "./state/files.ts";
import { followSession } from "./state/follow.ts";
import { start } from "./state/session.ts";
import { applyTheme } from "./state/theme.ts";
import { dismissAllToasts } from "./state/toasts.ts";

applyTheme();
followSession({ onFilesChanged: () => void loadFiles() });
// What waits for its toast (a deletion that could be undone) happens when the page is left.
addEventListener("pagehide", dismissAllToasts);

const root = document.getElementById("app");
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
void start();
