import { describe, expect, test } from "vitest";
import { parseAssumptions } from "../../../cdk/costs/assumptions.ts";
import { costOf, toBill } from "../../../cdk/costs/bill.ts";
import { toCeilings } from "../../../cdk/costs/ceilings.ts";
import { leverOf } from "../../../cdk/costs/levers.ts";
import { secondsOf, type Use } from "../../../cdk/costs/usage.ts";
import { prices } from "../../../cdk/operations/prices.ts";

describe("costOf()", () => {
  const tiered = {
    dollars: 3,
    unit: "",
    source: "",
    beyond: [10, 20].map((units, at) => ({ units, dollars: 2 - at })),
  };

  test.each([
    { units: 0, dollars: 0 },
    { units: 10, dollars: 30 },
    { units: 11, dollars: 32 },
    { units: 25, dollars: 30 + 20 + 5 },
  ])("charges $units units with $dollars dollars, tier by tier", ({ units, dollars }) => {
    expect(costOf(tiered, units)).toBe(dollars);
  });
});

describe("prices", () => {
  test.each(Object.entries(prices))("%s names its unit and its source, and gets cheaper if anything", (_, price) => {
    expect(price.source).toMatch(/20\d\d|widely quoted/);
    const tiers = [{ units: 0, dollars: price.dollars }, ...("beyond" in price ? price.beyond : [])];
    expect(tiers).toEqual([...tiers].sort((one, other) => one.units - other.units || other.dollars - one.dollars));
  });
});

describe("toBill()", () => {
  const use = (component: string, feature: Use["feature"], units: number): Use => {
    return { component, feature, price: "httpRequest", units };
  };

  test("adds up to the total by component and by feature, and the fixed part once", () => {
    const bill = toBill(
      [use("a", "files", 2), use("b", "files", 1), use("a", "talk", 1)],
      [use("c", "upkeep", 1e6)],
      1e6,
    );
    expect(bill.total).toBeCloseTo(5);
    expect([...bill.byComponent].map(([name, dollars]) => [name, Math.round(dollars)])).toEqual([
      ["a", 3],
      ["b", 1],
      ["c", 1],
    ]);
    expect([...bill.byFeature].map(([name]) => name)).toEqual(["files", "talk", "upkeep"]);
  });

  test("shares what gets cheaper by the unit out among all", () => {
    const { total, byComponent } = toBill([use("a", "files", 3), use("b", "talk", 3)], [], 1e8);
    expect(total).toBeCloseTo(300 + 300 * 0.9);
    expect(byComponent.get("a")).toBeCloseTo(total / 2);
  });
});

describe("secondsOf()", () => {
  const mix = parseAssumptions(["dynamodbMs=5", "s3Ms=25", "invokeMs=10", "coldStartShare=0"]);

  test("takes the waiting for a called function out of the caller's processor time, and puts it back as time", () => {
    const none = { dynamodb: 0, s3: 0 };
    const calls = [
      { name: "api", milliseconds: 150, requests: { dynamodb: 2, s3: 0 } },
      { name: "query", milliseconds: 100, requests: none },
    ] as const;
    const [api, query] = secondsOf(calls, mix);
    expect(query?.seconds).toBeCloseTo(0.1); // has more than one processor
    expect(api?.seconds).toBeCloseTo((50 * (1769 / 1024) + 10 + 110) / 1000);
  });
});

describe("toCeilings()", () => {
  test("puts what is met first first, and what concerns one user last", () => {
    const usage = {
      ...{ uses: [], requests: 100, busySeconds: { api: 10 }, s3Changes: 10, s3Looks: 10 },
      ...{ writeUnits: { table: 100, by_due: 50, by_user: 1000 }, sweepWaitSeconds: 0.1, sweptPerSecond: 1000 },
    };
    const ceilings = toCeilings(usage, { requestsPerSecond: 1000 });
    expect(ceilings[0]).toMatchObject({ sessionsPerSecond: 10 });
    expect(ceilings[0]?.name).toContain("throttle");
    expect(ceilings.find(({ name }) => name.startsWith("by_due"))?.sessionsPerSecond).toBe(16_000 / 50);
    expect(ceilings.at(-1)).toMatchObject({ isOfOne: true, sessionsPerSecond: 1 });
    const rates = ceilings.slice(0, -1).map(({ sessionsPerSecond }) => sessionsPerSecond);
    expect(rates).toEqual([...rates].sort((one, other) => one - other));
  });
});

describe("parseAssumptions()", () => {
  test("takes what is set, and the defaults for the rest", () => {
    expect(parseAssumptions(["queries=20"])).toMatchObject({ queries: 20, uploads: 2 });
  });

  test.each([
    { word: "querys=20", problem: 'Cannot set "querys"' },
    { word: "queries=many", problem: 'Cannot set "queries"' },
    { word: "queries=", problem: 'Cannot set "queries"' },
    { word: "deletedShare=2", problem: 'Cannot set "deletedShare"' },
    { word: "toString=2", problem: 'Cannot set "toString"' },
  ])("refuses $word and names it", ({ word, problem }) => {
    expect(() => parseAssumptions([word])).toThrow(problem);
  });
});

describe("leverOf()", () => {
  test.each(["Lambda api", "DynamoDB writes, by_due", "S3 requests", "API Gateway"])(
    "knows one for %s",
    (component) => {
      expect(leverOf(component)).not.toContain("nothing");
    },
  );
});
