import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type ChartKind, chartChoices, type Drawing, drawingOf } from "../rules/charts.ts";
import { type Column, kindOfType } from "../rules/columns.ts";
import { plural } from "../rules/words.ts";
import { isDark } from "../state/theme.ts";

const words: Record<ChartKind, string> = { bar: "Bars", line: "Lines", scatter: "Points", histogram: "Histogram" };

interface ChartViewProps {
  columns: readonly Column[];
  rows: readonly (readonly unknown[])[];
}

/** A picture of the answer: of the kind that suits it, which can be changed. The rows beside it say the same. */
export function ChartView({ columns, rows }: ChartViewProps) {
  const choices = useMemo(() => chartChoices(columns, rows), [columns, rows]);
  const kinds = [...new Set(choices.map(({ kind }) => kind))];
  const kind = useSignal<ChartKind>(choices[0]?.kind ?? "histogram");
  const along = useSignal<number | undefined>(undefined);
  const measure = useSignal<number | undefined>(undefined);
  const suggested = choices.find((choice) => choice.kind === kind.value) ?? choices[0];
  const x = along.value ?? suggested?.x ?? 0;
  const measures = columns.flatMap(({ type }, index) => (kindOfType(type) === "number" && index !== x ? [index] : []));
  const up = measure.value ?? suggested?.y.find((index) => index !== x) ?? measures[0];
  // Lines share a scale where they are drawn together; bars and points show one measure.
  const y = kind.value === "line" && measure.value === undefined ? (suggested?.y ?? []) : up === undefined ? [] : [up];
  const chart = { kind: kind.value, x, y: y.filter((index) => index !== x) };
  const drawing = useMemo(() => drawingOf(chart, columns, rows), [chart.kind, x, chart.y.join(), columns, rows]);
  return (
    <div class="chart">
      <div class="tools">
        <label class="select">
          Kind
          <select
            value={kind.value}
            onChange={(event) => {
              kind.value = event.currentTarget.value as ChartKind;
              along.value = undefined;
              measure.value = undefined;
            }}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {words[one]}
              </option>
            ))}
          </select>
        </label>
        <label class="select">
          {kind.value === "histogram" ? "Of" : "Along"}
          <select
            value={x}
            onChange={(event) => {
              along.value = Number(event.currentTarget.value);
            }}
          >
            {columns.map(({ name, type }, index) =>
              kind.value === "bar" || ["number", "time"].includes(kindOfType(type)) ? (
                <option key={name} value={index}>
                  {name}
                </option>
              ) : null,
            )}
          </select>
        </label>
        {kind.value !== "histogram" && measures.length > 1 && (
          <label class="select">
            Shows
            <select
              value={measure.value ?? (kind.value === "line" ? "" : up)}
              onChange={(event) => {
                const { value } = event.currentTarget;
                measure.value = value === "" ? undefined : Number(value);
              }}
            >
              {kind.value === "line" && <option value="">all</option>}
              {measures.map((index) => (
                <option key={index} value={index}>
                  {columns[index]?.name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Canvas kind={kind.value} drawing={drawing} label={describe(kind.value, columns[x]?.name ?? "", drawing)} />
    </div>
  );
}

function describe(kind: ChartKind, along: string, { series, x }: Drawing): string {
  const what = series.map(({ label }) => label).join(", ");
  return `${words[kind]}: ${what} ${kind === "histogram" ? "of" : "along"} ${along}, ${plural(x.length, "place")}. The rows tell the same.`;
}

function Canvas({ kind, drawing, label }: { kind: ChartKind; drawing: Drawing; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let remove: (() => void) | undefined;
    let isGone = false;
    void import("../lazy/draw-chart.ts").then(({ drawChart }) => {
      if (!isGone && place.current !== null) remove = drawChart(place.current, kind, drawing);
    });
    return () => {
      isGone = true;
      remove?.();
    };
  }, [kind, drawing, isDark.value]);
  return <div class="canvas" ref={place} role="img" aria-label={label} />;
}
