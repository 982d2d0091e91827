import type { Parser, Tree } from "web-tree-sitter";
import { locateParserFile, requireParser } from "./parser-files.ts";
import type { SyntaxNode } from "./syntax-node.ts";

type TreeSitter = typeof import("web-tree-sitter");

/** Deeper than any program a person wrote; what walks a tree may therefore call itself. */
export const MAX_DEPTH = 400;
/** Of a text of our size limit; tree-sitter takes milliseconds unless somebody looks for the worst. */
const MAX_PARSE_MS = 5000;

/** Most nodes are words: they share it. */
const NO_CHILDREN: SyntaxNode[] = [];

let loading: Promise<Parser> | undefined;

/** Loads tree-sitter, once per process: 30 ms that only a session with a script has to pay. */
export function loadParser(): Promise<Parser> {
  loading ??= openParser();
  return loading;
}

async function openParser(): Promise<Parser> {
  const treeSitter = requireParser<TreeSitter>("web-tree-sitter.cjs");
  await treeSitter.Parser.init({ locateFile: () => locateParserFile("web-tree-sitter.wasm") });
  const language = await treeSitter.Language.load(locateParserFile("tree-sitter-python.wasm"));
  return new treeSitter.Parser().setLanguage(language);
}

/** The tree of a text; undefined when it is nested too deeply or takes too long. Errors in it are nodes `ERROR`. */
export function parsePython(parser: Parser, text: string): SyntaxNode | undefined {
  const started = performance.now();
  const isLate = () => performance.now() - started > MAX_PARSE_MS;
  // A carriage return alone ends a line for Python, and not for tree-sitter. The offsets stay.
  const tree = parser.parse(text.replace(/\r(?!\n)/g, "\n"), null, { progressCallback: isLate });
  if (tree === null) {
    parser.reset();
    return undefined;
  }
  try {
    return copyTree(tree);
  } finally {
    tree.delete();
  }
}

/** Copies the whole tree out of WebAssembly in one pass: asking a node there costs more than having it here. */
function copyTree(tree: Tree): SyntaxNode | undefined {
  const { types, fields } = tree.language;
  const isNamed = types.map((_, type) => tree.language.nodeTypeIsNamed(type));
  const cursor = tree.walk();
  const read = (parent: SyntaxNode | undefined): SyntaxNode => {
    const type = cursor.nodeTypeId;
    return {
      type: types[type] ?? "ERROR",
      start: cursor.startIndex,
      end: cursor.endIndex,
      isNamed: isNamed[type] ?? true,
      field: fields[cursor.currentFieldId] ?? null,
      parent,
      children: NO_CHILDREN,
    };
  };
  try {
    const root = read(undefined);
    let node = root;
    let depth = 0;
    for (;;) {
      if (cursor.gotoFirstChild()) {
        if (++depth > MAX_DEPTH) return undefined;
        node = append(node, read(node));
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent() || node.parent === undefined) return root;
        node = node.parent;
        depth--;
      }
      node = append(node.parent ?? root, read(node.parent));
    }
  } finally {
    cursor.delete();
  }
}

function append(parent: SyntaxNode, child: SyntaxNode): SyntaxNode {
  if (parent.children === NO_CHILDREN) parent.children = [child];
  else parent.children.push(child);
  return child;
}
