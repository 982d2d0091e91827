import { expect, test } from "vitest";
import { toClockError } from "../../../shared/aws/clients.ts";

const HOUR_MS = 3_600_000;

test.each([
  { differenceMs: 0, error: 0, because: "they agree" },
  { differenceMs: -999, error: 0, because: "a Date is cut to the second" },
  { differenceMs: -40_000, error: 0, because: "an answer was long on its way" },
  { differenceMs: HOUR_MS, error: HOUR_MS, because: "this machine is an hour behind" },
  { differenceMs: -HOUR_MS, error: -HOUR_MS, because: "this machine is an hour ahead" },
])("toClockError() of $differenceMs ms is $error: $because", ({ differenceMs, error }) => {
  expect(toClockError(differenceMs)).toBe(error);
});
