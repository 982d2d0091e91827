import { expect, test } from "vitest";
import { mergePages } from "../../../shared/sessions/transfer/merge-pages.ts";

function listOf(pages: number[][], onRead: () => void = () => {}) {
  return (async function* () {
    for (const page of pages) {
      onRead();
      yield page;
    }
  })();
}

test("mergePages() gives every item of every list, whatever their lengths", async () => {
  const lists = [listOf([[1, 2], [], [3]]), listOf([]), listOf([[4]]), listOf([[5], [6]])];
  const items: number[] = [];
  for await (const item of mergePages(lists)) items.push(item);
  expect(items.sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("mergePages() reads at most one page of each list ahead of a slow reader", async () => {
  let read = 0;
  const pages = Array.from({ length: 50 }, (_, index) => [index]);
  const lists = Array.from({ length: 4 }, () => listOf(pages, () => read++));
  let taken = 0;
  for await (const _ of mergePages(lists)) {
    taken++;
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(read).toBeLessThanOrEqual(taken + lists.length);
  }
  expect(taken).toBe(200);
});

test("mergePages() ends with the failure of any list", async () => {
  const failing = (async function* (): AsyncGenerator<number[]> {
    yield [1];
    throw new Error("One shard failed");
  })();
  const all = async () => {
    for await (const _ of mergePages([listOf([[2], [3]]), failing])) await Promise.resolve();
  };
  await expect(all()).rejects.toThrow("One shard failed");
});
