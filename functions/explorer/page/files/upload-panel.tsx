import { useSignal } from "@preact/signals";
import { IconButton, Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Progress } from "../parts/progress.tsx";
import { durationText, plural, sizeText } from "../rules/words.ts";
import { showToast } from "../state/toasts.ts";
import {
  cancelUpload,
  clearFinished,
  continueUpload,
  giveFile,
  pauseUpload,
  uploads,
  uploadsUnderWay,
} from "../state/uploads.ts";
import type { Upload } from "../state/upload.ts";

/** More lines than this tell nobody anything; the rest is counted. */
const MAX_SHOWN = 50;

/** Everything on its way, at the lower edge; folded up when one likes. */
export function UploadPanel() {
  const isFolded = useSignal(false);
  const all = uploads.value;
  if (all.length === 0) return null;
  const underWay = uploadsUnderWay.value;
  const sent = all.reduce((sum, upload) => sum + upload.sent.value, 0);
  const total = all.reduce((sum, upload) => sum + upload.size, 0);
  return (
    <section class="upload-panel" aria-label="Uploads">
      <header>
        <h2>
          <span role="status">{underWay > 0 ? `Uploading ${plural(underWay, "file")}` : "Uploads"}</span>
        </h2>
        <IconButton
          icon={isFolded.value ? "up" : "down"}
          label={isFolded.value ? "Show uploads" : "Fold up uploads"}
          aria-expanded={!isFolded.value}
          onClick={() => {
            isFolded.value = !isFolded.value;
          }}
        />
        {underWay === 0 && <IconButton icon="close" label="Clear finished uploads" onClick={clearFinished} />}
      </header>
      {underWay > 0 && <Progress label="All uploads" share={total === 0 ? undefined : sent / total} />}
      {!isFolded.value && (
        <ul class="plain-list">
          {all.slice(0, MAX_SHOWN).map((upload) => (
            <UploadLine key={upload.id} upload={upload} />
          ))}
          {all.length > MAX_SHOWN && (
            <li class="quiet">and {plural(all.length - MAX_SHOWN, "more file", "more files")}</li>
          )}
        </ul>
      )}
    </section>
  );
}

function UploadLine({ upload }: { upload: Upload }) {
  const { name, size, state, sent } = upload;
  const { kind } = state.value;
  const isMoving = kind === "sending" || kind === "finishing";
  return (
    <li class="upload-line">
      <div class="upload-words">
        <span class="name" title={name}>
          {name}
        </span>
        <span class={kind === "failed" ? "problem small" : "quiet small"}>{describe(upload)}</span>
      </div>
      <Actions upload={upload} />
      {(isMoving || kind === "paused" || kind === "offline") && (
        <Progress
          label={`Upload of ${name}`}
          share={kind === "finishing" ? undefined : size === 0 ? 1 : sent.value / size}
        />
      )}
    </li>
  );
}

function describe({ state, size, sent, meter }: Upload): string {
  const present = state.value;
  const soFar = `${sizeText(sent.value)} of ${sizeText(size)}`;
  switch (present.kind) {
    case "waiting":
      return `Waiting, ${sizeText(size)}`;
    case "sending": {
      const left = meter.secondsLeft(size - sent.value);
      const rate = meter.rate > 0 ? `, ${sizeText(meter.rate)}/s` : "";
      return `${soFar}${rate}${left === undefined ? "" : `, ${durationText(left)} left`}`;
    }
    case "finishing":
      return "Checking that every byte arrived…";
    case "paused":
      return `Paused at ${soFar}`;
    case "offline":
      return `No connection at ${soFar}; it goes on by itself`;
    case "needs_file":
      return "Broke off. Choose the file again, and it goes on where it was";
    case "failed":
      return present.problem;
    case "done":
      return present.note ?? summary(present.files);
  }
}

function summary(files: Extract<Upload["state"]["value"], { kind: "done" }>["files"]): string {
  const tables = files.flatMap(({ conversion }) => conversion.tables);
  if (files.length > 1) return `${plural(files.length, "file")}, ${plural(tables.length, "table")}`;
  const [first] = files;
  if (first?.conversion.state === "failed") return "Stored, but not read as a table";
  if (tables.length > 0) return plural(tables.length, "table");
  if (first?.conversion.state === "converted") return "Rewritten to read your tables";
  return first?.conversion.state === "pending" ? "Stored, being read" : "Stored";
}

function Actions({ upload }: { upload: Upload }) {
  const { name, state } = upload;
  const { kind } = state.value;
  if (kind === "done") {
    return (
      <span class="done">
        <Icon name="check" size={18} />
        <span class="hidden">Done</span>
      </span>
    );
  }
  return (
    <div class="upload-actions">
      {kind === "sending" && <IconButton icon="pause" label={`Pause ${name}`} onClick={() => pauseUpload(upload)} />}
      {(kind === "paused" || kind === "offline") && (
        <IconButton icon="play" label={`Resume ${name}`} onClick={() => continueUpload(upload)} />
      )}
      {kind === "failed" && <IconButton icon="retry" label={`Retry ${name}`} onClick={() => continueUpload(upload)} />}
      {kind === "needs_file" && <ChooseAgain upload={upload} />}
      <IconButton icon="close" label={`Cancel ${name}`} onClick={() => void cancelUpload(upload)} />
    </div>
  );
}

function ChooseAgain({ upload }: { upload: Upload }) {
  const choose = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.onchange = () => {
      const file = input.files?.[0];
      if (file === undefined || giveFile(upload, file)) return;
      showToast({
        kind: "bad",
        text: `“${file.name}” is another file: it has ${sizeText(file.size)}, not ${sizeText(upload.size)}.`,
      });
    };
    input.click();
  };
  return <Button onClick={choose}>Choose</Button>;
}
