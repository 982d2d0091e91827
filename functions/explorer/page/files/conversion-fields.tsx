import { useSignal } from "@preact/signals";
import type { Settings } from "../rules/conversion-settings.ts";
import type { Report } from "../state/reports.ts";

/** The settings that a file of this kind takes, as they are now. */
export function ConversionFields({ report }: { report: Report | undefined }) {
  const present: Settings = report?.settings?.find(({ sheet }) => sheet === undefined) ?? {};
  const isWorkbook = report?.kind === "workbook";
  return (
    <>
      {isWorkbook && <SheetFields report={report} present={present} />}
      <HeaderFields present={present} />
      {!isWorkbook && <TextFields present={present} />}
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
    </>
  );
}

function SheetFields({ report, present }: { report: Report; present: Settings }) {
  return (
    <>
      <label>
        Sheet
        <select name="sheet">
          <option value="">all sheets</option>
          {report.sheets?.map(({ sheet }) => (
            <option key={sheet}>{sheet}</option>
          ))}
        </select>
      </label>
      <label>
        Cells
        <input name="range" placeholder="all, or B3:F20" defaultValue={present.range ?? ""} />
      </label>
    </>
  );
}

function HeaderFields({ present: { header_row } }: { present: Settings }) {
  const choice = useSignal(header_row === null ? "none" : header_row === undefined ? "" : "row");
  return (
    <>
      <label>
        Names of columns
        <select
          name="header"
          value={choice.value}
          onChange={(event) => {
            choice.value = event.currentTarget.value;
          }}
        >
          <option value="">found by looking</option>
          <option value="row">in a line that I give</option>
          <option value="none">there are none</option>
        </select>
      </label>
      {choice.value === "row" && (
        <label>
          Line of the names
          <input name="header_row" type="number" min="1" required defaultValue={String(header_row ?? 1)} />
        </label>
      )}
    </>
  );
}

const encodings = ["utf-8", "utf-16le", "windows-1252", "windows-1250", "iso-8859-15", "shift_jis"];

function TextFields({ present: { delimiter, encoding, decimal } }: { present: Settings }) {
  return (
    <>
      <label>
        Separator
        <select name="delimiter" defaultValue={delimiter === "\t" ? "tab" : (delimiter ?? "")}>
          <option value="">found by looking</option>
          <option value=",">comma ,</option>
          <option value=";">semicolon ;</option>
          <option value="tab">tab</option>
          <option value="|">bar |</option>
        </select>
      </label>
      <label>
        Encoding
        <input name="encoding" placeholder="found by looking" list="encodings" defaultValue={encoding ?? ""} />
        <datalist id="encodings">
          {encodings.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <label>
        Decimals after
        <select name="decimal" defaultValue={decimal ?? ""}>
          <option value="">found by looking</option>
          <option value=".">a point: 1.5</option>
          <option value=",">a comma: 1,5</option>
        </select>
      </label>
    </>
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
