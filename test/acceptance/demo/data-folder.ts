import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ExcelJS from "exceljs";
import { states } from "./states.ts";

/** Public data sets of the npm package vega-datasets; where each comes from stands in that package's SOURCES. */
const publicFiles = [
  "airports.csv",
  "flights-airport.csv",
  "birdstrikes.csv",
  "population_engineers_hurricanes.csv",
  "seattle-weather.csv",
];

const script = `"""Which regions fly most, and what bird strikes cost them."""
import pandas as pd

flights = pd.read_csv("flights-airport.csv")
airports = pd.read_csv("airports.csv")
plan = pd.read_excel("flight_plan.xlsx", sheet_name="Regions")

departures = flights.merge(airports, left_on="origin", right_on="iata").groupby("state")["count"].sum()
print(plan.set_index("code").join(departures).groupby("region")["count"].sum().sort_values(ascending=False))
`;

/** Lays out a folder as a person would have it: CSVs, a workbook with several sheets, a script. Answers the paths. */
export async function makeDataFolder(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const source = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/", import.meta.url));
  for (const name of publicFiles) await copyFile(join(source, name), join(folder, name));
  await makeWorkbook().xlsx.writeFile(join(folder, "flight_plan.xlsx"));
  await writeFile(join(folder, "regions_model.py"), script);
  return [...publicFiles, "flight_plan.xlsx", "regions_model.py"].map((name) => join(folder, name));
}

/** Three sheets with a title above one table, dates, percentages and formulas, as people make them. */
function makeWorkbook(): ExcelJS.Workbook {
  const workbook = new ExcelJS.Workbook();
  const regions = workbook.addWorksheet("Regions");
  regions.addRow(["state", "code", "region"]);
  for (const { state, code, region } of states) regions.addRow([state, code, region]);

  const parameters = workbook.addWorksheet("Parameters");
  parameters.addRow(["Planning parameters 2026"]);
  parameters.addRow([]);
  parameters.addRow(["parameter", "value", "valid_from"]);
  parameters.addRow(["seats_per_flight", 132, new Date(Date.UTC(2026, 0, 1))]);
  parameters.addRow(["load_factor", 0.84, new Date(Date.UTC(2026, 0, 1))]);
  parameters.addRow(["revenue_per_seat", 118.5, new Date(Date.UTC(2026, 6, 1))]);

  const targets = workbook.addWorksheet("Targets");
  targets.addRow(["region", "growth", "flights_2025", "flights_2026"]);
  for (const [index, [region, growth, flights]] of targetRows.entries()) {
    const formula = `C${index + 2}*(1+B${index + 2})`;
    targets.addRow([region, growth, flights, { formula, result: flights * (1 + growth) }]);
  }
  targets.getColumn(2).numFmt = "0.0%";
  return workbook;
}

const targetRows: [string, number, number][] = [
  ["Northeast", 0.02, 1_010_000],
  ["Midwest", 0.015, 1_190_000],
  ["South", 0.03, 2_240_000],
  ["West", 0.025, 1_730_000],
];
