import * as z from "zod";
import type { Sample } from "./metric-book.ts";

/** The part of a log line that CloudWatch reads metrics from. */
const embedded = z.object({
  CloudWatchMetrics: z.array(
    z.object({
      Namespace: z.string(),
      Dimensions: z.array(z.array(z.string())),
      Metrics: z.array(z.object({ Name: z.string() })),
    }),
  ),
});

/** The samples of one log line, as the embedded metric format has them; none where it carries no metrics. */
export function samplesOfLine(line: string): Sample[] {
  if (!line.startsWith("{") || !line.includes('"_aws"')) return [];
  const fields: Record<string, unknown> = JSON.parse(line);
  return embedded.parse(fields._aws).CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
      return Metrics.flatMap(({ Name }) =>
        [fields[Name]].flat().map((value) => ({ namespace: Namespace, name: Name, dimensions, value: Number(value) })),
      );
    }),
  );
}
