import type { Caller } from "./caller.ts";
import type { AnyCall } from "./encode-call.ts";
import type { CallOptions, EntryOf, Page, PagedName } from "./routes.ts";

/** Every entry of a list, page after page; each page is asked for when the one before is used up. */
export async function* pages<Name extends PagedName>(
  { call }: Pick<Caller, "call">,
  name: Name,
  options: CallOptions<Name>,
): AsyncGenerator<EntryOf<Name>> {
  let cursor: string | null | undefined;
  do {
    const query = { limit: 100, ...(options as AnyCall).query, ...(cursor ? { cursor } : {}) };
    const page: unknown = await call(name, { ...options, query } as CallOptions<Name>);
    const { data, next_cursor } = page as Page<EntryOf<Name>>;
    yield* data;
    cursor = next_cursor;
  } while (cursor !== null);
}
