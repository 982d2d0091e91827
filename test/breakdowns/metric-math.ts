/**
 * CloudWatch's metric math, as much of it as the stacks use: numbers, names of metrics, arithmetic, comparisons, AND, OR,
 * IF, FILL and DIFF. A period without data has no value, and nothing that is computed from it has one, except by FILL.
 */
export type Value = number | undefined;

/** The value of a metric so many periods ago. */
export type Lookup = (id: string, periodsAgo: number) => Value;

type Node = (lookup: Lookup, ago: number) => Value;

/** Parses an expression; throws where it is none. */
export function parseExpression(text: string): (lookup: Lookup) => Value {
  const tokens = text.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|<=|>=|==|!=|[-+*/()<>,]|\S/g) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const take = () => tokens[at++] ?? "";
  function expect(token: string): void {
    if (take() !== token) throw new Error(`Cannot read the expression "${text}": no "${token}" at token ${at}`);
  }

  function binary(operators: readonly string[], next: () => Node): () => Node {
    return () => {
      let left = next();
      while (operators.includes(peek() ?? "")) left = combine(take(), left, next());
      return left;
    };
  }
  const product = binary(["*", "/"], unary);
  const sum = binary(["+", "-"], product);
  const comparison = binary(["<", ">", "<=", ">=", "==", "!="], sum);
  const conjunction = binary(["AND"], comparison);
  const whole = binary(["OR"], conjunction);

  function unary(): Node {
    if (peek() !== "-") return primary();
    take();
    return combine("-", () => 0, unary());
  }

  function primary(): Node {
    const token = take();
    if (token === "(") {
      const inside = whole();
      expect(")");
      return inside;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (!/^[A-Za-z_]/.test(token)) throw new Error(`Cannot read the expression "${text}": "${token}"`);
    return peek() === "(" ? call(token) : (lookup, ago) => lookup(token, ago);
  }

  function call(name: string): Node {
    expect("(");
    const parts = [whole()];
    while (peek() === ",") {
      take();
      parts.push(whole());
    }
    expect(")");
    const make = functions[name];
    if (make === undefined) throw new Error(`Cannot compute "${name}" of the expression "${text}"`);
    return make(...parts);
  }

  const node = whole();
  if (at < tokens.length) throw new Error(`Cannot read the expression "${text}" beyond "${peek()}"`);
  return (lookup) => node(lookup, 0);
}

const nothing: Node = () => undefined;

const functions: Record<string, (...parts: Node[]) => Node> = {
  IF: (condition = nothing, then = nothing, otherwise = nothing) => {
    return (lookup, ago) => {
      const holds = condition(lookup, ago);
      return holds === undefined ? undefined : (holds === 0 ? otherwise : then)(lookup, ago);
    };
  },
  FILL: (value = nothing, filling = nothing) => {
    return (lookup, ago) => value(lookup, ago) ?? filling(lookup, ago);
  },
  DIFF: (value = nothing) => combine("-", value, (lookup, ago) => value(lookup, ago + 1)),
};

const compute: Record<string, (a: number, b: number) => number | boolean> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  AND: (a, b) => a !== 0 && b !== 0,
  OR: (a, b) => a !== 0 || b !== 0,
};

function combine(operator: string, left: Node, right: Node): Node {
  return (lookup, ago) => {
    const [a, b] = [left(lookup, ago), right(lookup, ago)];
    if (a === undefined || b === undefined) return undefined;
    const value = Number(compute[operator]?.(a, b));
    return Number.isFinite(value) ? value : undefined; // a division by zero has no value
  };
}
