import { once } from "node:events";
import { createWriteStream } from "node:fs";

/** A plain file of many column types, the same for the same number of rows. */
export async function makeCsv(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write("id,customer,city,ordered_at,quantity,price,discount,paid,rating,note\n");
  const cities = ["Berlin", "São Paulo", "Nairobi", "Osaka", "Lima"];
  let state = 7;
  const next = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % limit;
  };
  for (let id = 1; id <= rows; id += 1000) {
    let text = "";
    for (let row = id; row < Math.min(id + 1000, rows + 1); row++) {
      const day = `2026-${String(1 + next(12)).padStart(2, "0")}-${String(1 + next(28)).padStart(2, "0")}`;
      text += `${row},customer_${next(90_000)},${cities[next(5)]},${day} 10:${10 + next(50)}:00,${next(100)},${next(9000)}.${10 + next(90)},0.${next(9)},${next(2) === 0},${next(6)},"note, ${next(1_000_000)}"\n`;
    }
    if (!file.write(text)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
}
