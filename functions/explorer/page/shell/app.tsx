import { AskView } from "../ask/ask-view.tsx";
import { FilesView } from "../files/files-view.tsx";
import { DropZone } from "../files/drop-zone.tsx";
import { UploadPanel } from "../files/upload-panel.tsx";
import { Toaster } from "../parts/toaster.tsx";
import { phase } from "../state/session.ts";
import { place } from "../state/place.ts";
import { TablesView } from "../tables/tables-view.tsx";
import { HistoryView } from "../talk/history-view.tsx";
import { Closed, Failed, Starting, Welcome } from "./doors.tsx";
import { Header } from "./header.tsx";
import { Navigation } from "./navigation.tsx";

/** The whole page. */
export function App() {
  const { kind } = phase.value;
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <Header />
      {kind === "live" ? (
        <div class="rooms">
          <Navigation />
          <main id="main" tabIndex={-1}>
            <View />
          </main>
          <DropZone />
          <UploadPanel />
        </div>
      ) : (
        <main id="main" class="door" tabIndex={-1}>
          <Door />
        </main>
      )}
      <Toaster />
    </>
  );
}

/** By hand: the address's `#` says which view is open. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function View() {
  switch (place.value.view) {
    case "files":
      return <FilesView />;
    case "tables":
      return <TablesView />;
    case "ask":
      return <AskView />;
    case "history":
      return <HistoryView />;
  }
}

function Door() {
  const present = phase.value;
  switch (present.kind) {
    case "welcome":
      return <Welcome problem={present.problem} />;
    case "closed":
      return <Closed detail={present.detail} />;
    case "failed":
      return <Failed problem={present.problem} />;
    default:
      return <Starting />;
  }
}
