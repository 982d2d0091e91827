import { join, UNKNOWN, type Value } from "./value.ts";

/**
 * The names of a module, a function or a class. `now` is what they are at the point that is being looked at; `ever`
 * is all that they are anywhere in it, which is what a function sees of the scopes around it, for nobody knows when
 * it is called.
 */
export class Scope {
  readonly kind: "module" | "function" | "class";
  readonly parent: Scope | undefined;
  now = new Map<string, Value>();
  readonly ever = new Map<string, Value>();
  /** Names that are assigned somewhere in this scope, and so are never those of a scope around it. */
  readonly own: ReadonlySet<string>;
  /** Modules of `from … import *`. */
  readonly stars: string[] = [];
  /** Names that functions declare `global` or `nonlocal`. */
  readonly shared = new Set<string>();

  #isAside = false;

  constructor(kind: Scope["kind"], parent?: Scope, own: ReadonlySet<string> = new Set()) {
    this.kind = kind;
    this.parent = parent;
    this.own = own;
  }

  bind(name: string, value: Value): void {
    if (this.shared.has(name) && this.kind === "function") {
      this.module().bindForever(name, value);
      return;
    }
    this.now.set(name, value);
    if (!this.#isAside) this.bindForever(name, value);
  }

  /** Binds for the moment, as a comprehension does: functions do not see it. */
  aside(bind: () => void): void {
    this.#isAside = true;
    bind();
    this.#isAside = false;
  }

  bindForever(name: string, value: Value): void {
    const before = this.ever.get(name);
    this.ever.set(name, before === undefined ? value : join(before, value));
  }

  module(): Scope {
    return this.parent === undefined ? this : this.parent.module();
  }

  /** What a name is here; undefined where no scope knows it. */
  find(name: string): Value | undefined {
    const mine = this.now.get(name);
    if (mine !== undefined) return mine;
    if (this.own.has(name) && !this.shared.has(name)) return UNKNOWN;
    return this.parent?.findFromInside(name);
  }

  private findFromInside(name: string): Value | undefined {
    // A class's names are not those of its methods.
    const mine = this.kind === "class" ? undefined : this.ever.get(name);
    if (mine !== undefined) return this.shared.has(name) ? join(mine, UNKNOWN) : mine;
    return this.parent?.findFromInside(name);
  }

  /** The names as they are, to come back to after a branch. */
  snapshot(): Map<string, Value> {
    return new Map(this.now);
  }

  /** The names are those of one branch or of another. */
  merge(branches: readonly ReadonlyMap<string, Value>[]): void {
    const merged = new Map<string, Value>();
    for (const branch of branches) {
      for (const [name, value] of branch) {
        const before = merged.get(name);
        merged.set(name, before === undefined || before === value ? value : join(before, value));
      }
    }
    this.now = merged;
  }
}
