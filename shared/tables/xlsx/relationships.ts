import { posix } from "node:path";
import type { Readable } from "node:stream";
import { elementName, scanXml, type XmlHandler } from "./xml-scanner.ts";
import { readAttributes } from "./xml-text.ts";

/** One part that another one refers to. */
export interface Relationship {
  id: string;
  /** The last word of its type: `worksheet`, `sharedStrings`. Strict and transitional files differ before it. */
  type: string;
  /** Path inside the package. */
  target: string;
}

const relationship = elementName("Relationship");

/** Where the relationships of a part stand: `xl/workbook.xml` → `xl/_rels/workbook.xml.rels`. */
export function relationshipsPath(part: string): string {
  return posix.join(posix.dirname(part), "_rels", `${posix.basename(part)}.rels`);
}

/** Reads a `.rels` part; targets are resolved against the part they belong to. */
export async function readRelationships(rels: Readable, owner: string): Promise<Relationship[]> {
  const found: Relationship[] = [];
  const handler: XmlHandler = {
    open(name, bytes, from, to) {
      if (name !== relationship) return;
      const { Id = "", Type = "", Target = "", TargetMode } = readAttributes(bytes, from, to);
      if (TargetMode === "External") return;
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), target: resolveTarget(Target, owner) });
    },
    close() {},
    text() {},
  };
  await scanXml(rels, handler);
  return found;
}

function resolveTarget(target: string, owner: string): string {
  const path = target.replaceAll("\\", "/");
  return path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(owner), path);
}
