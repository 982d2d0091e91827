/**
 * Unfinished uploads, kept in IndexedDB so that they go on after a reload. The file itself is kept with them where
 * the browser has room for it; else it has to be chosen again, and what the storage has already is not sent twice.
 */
export interface JournalEntry {
  id: string;
  session_id: string;
  folder: string;
  name: string;
  size: number;
  last_modified: number;
  upload_id?: string;
  file?: File;
}

const STORE = "uploads";

export async function writeJournal(entry: JournalEntry): Promise<void> {
  try {
    await run("readwrite", (store) => store.put(entry));
  } catch {
    const { file: _, ...rest } = entry; // no room: without the content
    await run("readwrite", (store) => store.put(rest)).catch(() => {});
  }
}

export async function eraseJournal(id: string): Promise<void> {
  await run("readwrite", (store) => store.delete(id)).catch(() => {});
}

export async function readJournal(sessionId: string): Promise<JournalEntry[]> {
  const all = await run<JournalEntry[]>("readonly", (store) => store.getAll()).catch(() => []);
  return all.filter(({ session_id }) => session_id === sessionId);
}

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("cubby", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function run<Result>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<Result> | IDBRequest,
): Promise<Result> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result as Result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
