/**
 * Reads many lists of pages at the same time, whichever page is there first. Of each list at most one page is read
 * ahead: when the reader is slow, the lists wait.
 */
export async function* mergePages<Item>(lists: readonly AsyncIterator<readonly Item[]>[]): AsyncGenerator<Item> {
  const pending = new Map(lists.map((list, index) => [index, readNext(list, index)]));
  while (pending.size > 0) {
    const { index, list, page } = await Promise.race(pending.values());
    if (page.done === true) {
      pending.delete(index);
      continue;
    }
    pending.set(index, readNext(list, index));
    yield* page.value;
  }
}

function readNext<Item>(list: AsyncIterator<readonly Item[]>, index: number) {
  const next = list.next().then((page) => ({ index, list, page }));
  next.catch(() => {}); // thrown by the race as soon as somebody asks for more
  return next;
}
