import type { Contender, Fill } from "./contender.ts";
import { type FileFormat, OneFile } from "./one-file.ts";

/** Sessions in one file, asked in this process: no server, no network, nobody else. */
export function openFile(name: string, path: string, format: FileFormat): { contender: Contender; fill: Fill } {
  const file = new OneFile(path, format);
  let id = "";
  return {
    contender: {
      name,
      run: {
        create: async () => {
          id = await file.create("bench");
        },
        read: () => file.get(id),
        touch: () => file.touch(id),
        delete: () => file.remove(id),
      },
    },
    fill: (count) => file.add(count),
  };
}
