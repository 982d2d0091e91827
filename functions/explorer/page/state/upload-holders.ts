/**
 * Every tab of a session sees the journal of its uploads, and one of them sends each: it holds the upload's lock, which
 * the browser frees when the tab is gone. Then the next tab that waits for it goes on.
 */
const releases = new Map<string, () => void>();

/** Whether this tab sends the upload, or waits until it may. */
export function isHeld(id: string): boolean {
  return releases.has(id);
}

/** Makes the upload this tab's own as soon as no other tab has it; `onHeld` is called then. */
export function holdUpload(id: string, onHeld: () => void = () => {}): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiting = new AbortController();
  const hold = () => {
    onHeld();
    return promise;
  };
  navigator.locks.request(`cubby-upload-${id}`, { signal: waiting.signal }, hold).catch(() => {});
  releases.set(id, () => {
    waiting.abort();
    resolve();
  });
}

/** Leaves the upload to whoever waits for it. */
export function releaseUpload(id: string): void {
  releases.get(id)?.();
  releases.delete(id);
}

export function releaseAllUploads(): void {
  for (const id of [...releases.keys()]) releaseUpload(id);
}
