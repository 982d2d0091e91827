/** Writes down what people were told of each deed: before it goes out what may come of it, and what did when answered. */
import { sha256Of } from "../../support/direct-upload.ts";
import type { Told } from "../audit/told.ts";
import { contentOf } from "../sequences/file-deeds.ts";

interface Args {
  path: string;
  size: number;
  name: string;
  complete: boolean;
}

interface Entry {
  before(told: Told, sessionId: string, args: Args): void;
  after(told: Told, sessionId: string, args: Args): void;
}

const hashOf = ({ path, size }: Args) => sha256Of(contentOf(path, size));

const put: Entry = {
  before: (told, id, args) => told.storing(id, args.path, hashOf(args)),
  after: (told, id, args) => told.stored(id, args.path, hashOf(args)),
};

/** Deeds that are not here promise nothing that outlives them. */
export const ledger: Record<string, Entry> = {
  put,
  putTable: put,
  direct: {
    before: (told, id, args) => args.complete && told.mayCome(id, args.path, hashOf(args)),
    after: (told, id, args) => args.complete && told.arrived(id, args.path, hashOf(args)),
  },
  remove: {
    before: (told, id, { path }) => told.storing(id, path, null),
    after: (told, id, { path }) => told.stored(id, path, null),
  },
  rename: {
    before(told, id, args) {
      for (const hash of told.possible(id, args.path)) told.storing(id, renamed(args), hash);
      told.storing(id, args.path, null);
    },
    after(told, id, args) {
      if (renamed(args) === args.path) return;
      told.stored(id, args.path, null);
    },
  },
  delete: {
    before: (told, id) => told.ending(id),
    after: (told, id) => told.ended(id),
  },
};

function renamed({ path, name }: Args): string {
  return `${path.slice(0, path.lastIndexOf("/"))}/${name}`;
}
