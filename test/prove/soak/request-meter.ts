import { withTrace } from "../../../shared/trace.ts";

/** Requests to bucket and table that one kind of deed took, in one stretch of the run. */
interface Counted {
  deeds: number;
  requests: number;
}

/** Counts what deeds of each kind ask of the engines, stretch by stretch, as the product's own log lines count it. */
export function createRequestMeter() {
  const stretches: Map<string, Counted>[] = [];

  /** Does a deed and counts its requests, whatever comes of it. */
  function measure<Result>(stretch: number, deed: string, act: () => Promise<Result>): Promise<Result> {
    return withTrace({}, async ({ engine_requests }) => {
      try {
        return await act();
      } finally {
        const requests = Object.values(engine_requests).reduce((sum, count) => sum + count, 0);
        note(stretch, deed, requests);
      }
    });
  }

  function note(stretch: number, deed: string, requests: number): void {
    stretches[stretch] ??= new Map();
    const counted = stretches[stretch].get(deed) ?? { deeds: 0, requests: 0 };
    stretches[stretch].set(deed, { deeds: counted.deeds + 1, requests: counted.requests + requests });
  }

  /** By deed the requests that one took on average, stretch by stretch; a stretch without one is left out. */
  function averages(): Map<string, number[]> {
    const found = new Map<string, number[]>();
    for (const stretch of stretches) {
      for (const [deed, { deeds, requests }] of stretch ?? []) {
        found.set(deed, [...(found.get(deed) ?? []), requests / deeds]);
      }
    }
    return found;
  }

  return { measure, averages };
}

export type RequestMeter = ReturnType<typeof createRequestMeter>;
