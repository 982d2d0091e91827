/** Small things that this browser keeps for the page. A browser that keeps nothing is fine: they are then forgotten. */
export function readKept<Value>(name: string, storage: Storage = localStorage): Value | undefined {
  try {
    return JSON.parse(storage.getItem(`cubby.${name}`) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: unknown, storage: Storage = localStorage): void {
  try {
    if (value === undefined) storage.removeItem(`cubby.${name}`);
    else storage.setItem(`cubby.${name}`, JSON.stringify(value));
  } catch {
    // Full, or switched off.
  }
}
