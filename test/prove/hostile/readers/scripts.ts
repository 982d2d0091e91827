import { rewriteScript } from "../../../../shared/python/rewrite-script.ts";
import { assertReason, Finding, type ReaderFamily, stateless } from "../reader.ts";

const files = [
  { path: "uploads/sales.csv", kind: "delimited", tables: ["sales"], sheets: 1 },
  { path: "uploads/budget.xlsx", kind: "workbook", tables: ["budget_a", "budget_b"], sheets: 2 },
] as const;

const program = `# coding: utf-8
import pandas as pd
from pathlib import Path
BASE = Path("data")
def load(name, sep=","):
    """Reads one."""
    return pd.read_csv(BASE / f"{name}.csv", sep=sep)
for each in ["sales", 'other']:
    frame = load(each)
sheets = pd.read_excel(r"..\\\\budget.xlsx", sheet_name=None)
with open("sales.csv", encoding="utf-8") as f:
\tprint(f.readline(), {k: v for k, v in {}.items()})
match frame:
    case [x, *rest] if x: lambda *a, **k: (yield)
`;
const cell = (source: string) => ({ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source });
const notebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [cell("%matplotlib inline\nimport pandas as pd"), cell('pd.read_csv("sales.csv")')],
});
const seeds = [program, 'import pandas as pd\npd.read_csv("sales.csv")\n', notebook].map((text) => Buffer.from(text));
const words = [
  "(",
  ")",
  "[",
  "{",
  '"""',
  "'",
  "\\\n",
  "\t",
  "\f",
  "\r",
  "\0",
  "f'{",
  "}'",
  "# coding: latin-1\n",
  "# -*- coding: utf-7 -*-\n",
  "\ufeff",
  "lambda:",
  "async ",
  "global ",
  "print 1",
  "`x`",
  "<>",
  "\u2028",
  ":=",
  "**",
  '"cells":',
  "\\u0000",
  "\ud800",
];

/** Scripts, and where the bytes begin with a brace notebooks: rewritten, left alone with a reason, or nothing to do. */
export const scripts: ReaderFamily = {
  name: "Python rewriter",
  share: 8,
  open: async () => stateless({ seeds, words }, read),
};

async function read(bytes: Buffer): Promise<string> {
  const path = bytes[0] === 0x7b ? "uploads/a.ipynb" : "uploads/a.py";
  const { output, report, reason } = await rewriteScript(path, bytes, files);
  if ((output !== undefined) !== report.rewritten) throw new Finding("its report is not that of its output");
  if (reason !== undefined) return assertReason(reason.code, reason.detail);
  return output === undefined ? "left alone" : "read";
}
