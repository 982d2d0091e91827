import { useSignal } from "@preact/signals";
import type { CallOptions } from "../../../../shared/client/index.ts";
import { Button } from "../parts/button.tsx";
import { explain } from "../state/explain.ts";
import { loadFiles } from "../state/files.ts";
import { client, inSession } from "../state/session.ts";
import { loadTables } from "../state/tables.ts";
import type { Report } from "./conversion-section.tsx";

type Settings = Omit<CallOptions<"convertAgain">["body"], "path">;

interface FormProps {
  path: string;
  report: Report | undefined;
  onDone(updated?: Report): void;
}

/** How else the file can be read. What is left as it is, is found by looking at the file. */
export function ConversionForm({ path, report, onDone }: FormProps) {
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const isWorkbook = report?.kind === "workbook";
  const present: Settings = report?.settings?.find(({ sheet }) => sheet === undefined) ?? {};

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    isBusy.value = true;
    problem.value = undefined;
    try {
      const settings = readForm(new FormData(event.currentTarget as HTMLFormElement));
      const updated = await client.call("convertAgain", { params: inSession(), body: { path, ...settings } });
      await Promise.all([loadFiles(), loadTables()]);
      if (updated.state === "failed") problem.value = updated.reason?.detail ?? "It cannot be read like this.";
      else onDone(updated);
    } catch (error) {
      problem.value = explain(error);
    }
    isBusy.value = false;
  }

  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      {isWorkbook && (
        <>
          <label>
            Sheet
            <select name="sheet">
              <option value="">all sheets</option>
              {report?.sheets?.map(({ sheet }) => (
                <option key={sheet}>{sheet}</option>
              ))}
            </select>
          </label>
          <label>
            Cells
            <input name="range" placeholder="all, or B3:F20" defaultValue={present.range ?? ""} />
          </label>
        </>
      )}
      <label>
        Names of columns
        <select
          name="header"
          defaultValue={present.header_row === null ? "none" : typeof present.header_row === "number" ? "row" : ""}
        >
          <option value="">found by looking</option>
          <option value="row">in the line given beside this</option>
          <option value="none">there are none</option>
        </select>
      </label>
      <label>
        Line of the names
        <input
          name="header_row"
          type="number"
          min="1"
          defaultValue={typeof present.header_row === "number" ? String(present.header_row) : ""}
        />
      </label>
      {!isWorkbook && (
        <>
          <label>
            Separator
            <select name="delimiter" defaultValue={present.delimiter === "\t" ? "tab" : (present.delimiter ?? "")}>
              <option value="">found by looking</option>
              <option value=",">comma ,</option>
              <option value=";">semicolon ;</option>
              <option value="tab">tab</option>
              <option value="|">bar |</option>
            </select>
          </label>
          <label>
            Encoding
            <input
              name="encoding"
              placeholder="found by looking"
              list="encodings"
              defaultValue={present.encoding ?? ""}
            />
            <datalist id="encodings">
              {["utf-8", "utf-16le", "windows-1252", "windows-1250", "iso-8859-15", "shift_jis"].map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
          <label>
            Decimals after
            <select name="decimal" defaultValue={present.decimal ?? ""}>
              <option value="">found by looking</option>
              <option value=".">a point: 1.5</option>
              <option value=",">a comma: 1,5</option>
            </select>
          </label>
        </>
      )}
      <label>
        Means “nothing”
        <input name="nulls" placeholder="such as NA, -" defaultValue={(present.nulls ?? []).join(", ")} />
      </label>
      <fieldset>
        <legend>Values</legend>
        <Check name="all_text" label="Keep every cell as text" isOn={present.all_text} />
        <Check name="percent" label="Read 12.5% as 0.125" isOn={present.percent} />
        <Check name="currency" label="Read € 1,234.50 as a number" isOn={present.currency} />
      </fieldset>
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="row">
        <Button onClick={() => onDone()}>Cancel</Button>
        <button type="submit" class="button primary" disabled={isBusy.value}>
          {isBusy.value ? "Reading…" : "Read it like this"}
        </button>
      </div>
    </form>
  );
}

function Check({ name, label, isOn }: { name: string; label: string; isOn: boolean | undefined }) {
  return (
    <label class="check">
      <input type="checkbox" name={name} defaultChecked={isOn === true} />
      {label}
    </label>
  );
}

/** Only what somebody has set: everything else is found by looking. */
function readForm(form: FormData): Settings {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const nulls = text("nulls")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  const header = text("header");
  const delimiter = text("delimiter");
  return {
    ...(text("sheet") !== "" && { sheet: text("sheet") }),
    ...(text("range") !== "" && { range: text("range") }),
    ...(header === "none" && { header_row: null }),
    ...(header === "row" && text("header_row") !== "" && { header_row: Number(text("header_row")) }),
    ...(delimiter !== "" && { delimiter: delimiter === "tab" ? "\t" : delimiter }),
    ...(text("encoding") !== "" && { encoding: text("encoding") }),
    ...(text("decimal") !== "" && { decimal: text("decimal") as "." | "," }),
    ...(nulls.length > 0 && { nulls }),
    ...(form.has("all_text") && { all_text: true }),
    ...(form.has("percent") && { percent: true }),
    ...(form.has("currency") && { currency: true }),
  };
}
