import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";

/** Where a bench puts what outlives its run, beside the tables that it prints. */
export interface Report {
  /** A sentence or a table of Markdown as the README's section of figures has it. */
  readme(markdown: string): void;
  /** Keeps a plot under test/bench/figures/ and says where; answers the path for a link. */
  plot(name: string, svg: string): Promise<string>;
}

/** From the repository's root, as links in the README are. */
const PLOTS = "test/bench/figures";
const root = join(import.meta.dirname, "../../..");

/** A report whose Markdown is printed in one piece at the end, ready to be taken over. */
export function createReport(): Report & { print(): void } {
  const lines: string[] = [];
  return {
    readme: (markdown) => void lines.push(markdown),
    async plot(name, svg) {
      const path = `${PLOTS}/${name}.svg`;
      await mkdir(join(root, PLOTS), { recursive: true });
      await writeFile(join(root, path), svg);
      console.log(`Plotted in ${path}`);
      return path;
    },
    print() {
      if (lines.length === 0) return;
      console.log(`\nFor the README:\n\n${[`On ${describeMachine()}:`, ...lines].join("\n\n")}\n`);
    },
  };
}

/** What the figures depend on. The load is that of the minute before: above 0 something else was at work as well. */
export function describeMachine(): string {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim()}`;
  return `Node ${process.versions.node}, ${processor}, ${gigabytes} GB, load ${loadavg()[0]?.toFixed(1)}`;
}

/** A table of Markdown; numbers stand right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
