/**
 * Reads bucket and table directly when nothing is under way any more, knowing only what the clients were told, and says
 * what does not fit: an answered upload that is not there with its hash; objects without records, records without
 * objects, bytes that nobody waits for; figures that are not those of the files; tables that are not those of the files.
 */
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { type Bucket, createBucket } from "../../../shared/aws/bucket.ts";
import type { StorageClients } from "../../../shared/aws/clients.ts";
import { databaseObjectKey, EXPORTS, fileObjectKey, parseDatabaseVersion } from "../../../shared/aws/object-keys.ts";
import { ENV } from "../../../shared/config.ts";
import { figuresOf } from "../../support/session-figures.ts";
import { rowsInDatabase } from "./database-rows.ts";
import { type Holdings, readHoldings } from "./holdings.ts";
import type { Told, ToldSession } from "./told.ts";

/** What the API lists of a session, asked as its owner. */
export type Listing = (sessionId: string, owner: string) => Promise<string[]>;

export interface AuditOptions {
  listing?: Listing;
  /** Somebody died: room that he had claimed may stay claimed until somebody else needs it, and is counted again then. */
  afterDeath?: boolean;
  /**
   * What tables must have: a row for each line of their file behind the first, unless said otherwise; or, where files are
   * of any kind, what their records tell.
   */
  tables?: "by lines" | "as recorded";
}

/** Every sentence is something that should not be; none is how it should be. */
export async function audit(
  clients: StorageClients,
  env: Record<string, string>,
  told: Told,
  { listing, afterDeath = false, tables = "by lines" }: AuditOptions = {},
): Promise<string[]> {
  const bucket = createBucket(clients.s3, clients.presigningS3, env[ENV.bucket] ?? "");
  const { census, living } = await readHoldings(clients, env);
  // Exports belong to no session, and stay for an hour.
  const orphans = census.orphans.filter((orphan) => !orphan.startsWith(EXPORTS));
  const findings = orphans.map((orphan) => `Belongs to nothing that lives: ${orphan}`);
  if (census.uploads.length > 0) findings.push(`Multipart uploads are open: ${census.uploads.join(", ")}`);
  for (const [id, { state }] of told.sessions) {
    if (state === "alive" && !living.has(id)) findings.push(`${id} is gone, and nobody ended it`);
    if (state === "ended" && living.has(id)) findings.push(`${id} is there, and somebody was told that it ended`);
  }
  for (const [id, holdings] of living) {
    const bytes = await readFiles(bucket, holdings);
    const wrong = [
      ...compareFiles(holdings, bytes),
      ...compareFigures(holdings, afterDeath),
      ...(await compareTables(
        bucket,
        holdings,
        tables === "by lines" ? rowsByLines(holdings, bytes) : rowsRecorded(holdings),
      )),
      ...leftUndone(holdings),
      ...(listing === undefined ? [] : compareListing(holdings, await listing(id, holdings.session.user_id))),
      ...(told.sessions.has(id) ? comparePromises(told.sessions.get(id) as ToldSession, bytes) : []),
    ];
    findings.push(...wrong.map((sentence) => `${id}: ${sentence}`));
  }
  return findings;
}

/** The bytes of every file that has a record, as far as the bucket has them. */
async function readFiles(bucket: Bucket, { session, files }: Holdings): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const { path, status } of files) {
    if (status !== "ready") continue;
    const object = await bucket.read(fileObjectKey(session.session_id, path));
    if (object !== undefined) found.set(path, await buffer(object.body));
  }
  return found;
}

/** Records and objects name each other, and agree on the bytes. */
function compareFiles({ session, files, uploads, objects }: Holdings, bytes: Map<string, Buffer>): string[] {
  const findings: string[] = [];
  const recorded = new Set<string>();
  for (const { path, status, size_bytes, sha256 } of files) {
    if (status !== "ready") continue;
    recorded.add(path);
    const content = bytes.get(path);
    if (content === undefined) findings.push(`${path} has a record and no object`);
    else if (content.length !== size_bytes)
      findings.push(`${path} has ${content.length} bytes, recorded ${size_bytes}`);
    else if (sha256 !== undefined && sha256 !== hashOf(content)) findings.push(`${path} has other bytes than recorded`);
  }
  const awaited = new Set(uploads.map(({ object_key }) => object_key));
  for (const object of objects) {
    const version = parseDatabaseVersion(fileObjectKey(session.session_id, object));
    const isKnown = version !== undefined || recorded.has(object);
    if (!isKnown && !awaited.has(fileObjectKey(session.session_id, object))) findings.push(`${object} has no record`);
  }
  return findings;
}

/** What people see is what is recorded, and the view of the database where one is published. */
function compareListing({ session, files }: Holdings, listed: readonly string[]): string[] {
  const recorded = files.filter(({ status }) => status === "ready").map(({ path }) => path);
  const expected = [...recorded, ...(session.database.version > 0 ? ["workspace/project_data.db"] : [])];
  const [one, other] = [[...listed].sort().join(", "), expected.sort().join(", ")];
  return one === other ? [] : [`listed are ${one}, recorded ${other}`];
}

/** Counts, bytes and claimed room are those of the files. */
function compareFigures({ session, files, uploads }: Holdings, mayClaimMore: boolean): string[] {
  const ready = files.filter(({ status }) => status === "ready");
  const actual = figuresOf(ready.map(({ folder, size_bytes }) => ({ folder, size: size_bytes })));
  const reserved = uploads.filter(({ state }) => state === "open");
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  const expected = {
    ...actual,
    claimed_files: ready.length + sum(reserved.map((upload) => upload.reserved.files)),
    claimed_bytes: actual.total_size_bytes + sum(reserved.map((upload) => upload.reserved.bytes)),
  };
  const { file_counts, folder_bytes = {}, total_size_bytes, claimed_files, claimed_bytes } = session;
  const says = {
    ...{ file_counts: withoutZeros(file_counts), folder_bytes: withoutZeros(folder_bytes) },
    ...{ total_size_bytes, claimed_files, claimed_bytes },
  };
  if (mayClaimMore) {
    says.claimed_files = Math.min(says.claimed_files ?? 0, expected.claimed_files);
    says.claimed_bytes = Math.min(says.claimed_bytes ?? 0, expected.claimed_bytes);
  }
  return (Object.keys(says) as (keyof typeof says)[]).flatMap((figure) => {
    const [one, other] = [sorted(says[figure]), sorted(expected[figure])];
    return one === other ? [] : [`${figure} is ${one}, and its files come to ${other}`];
  });
}

/** As many rows as lines, in the file's record, in the table's item and in the published database. */
async function compareTables(bucket: Bucket, holdings: Holdings, expected: Record<string, number>): Promise<string[]> {
  const { session, tables, objects } = holdings;
  const itemised = Object.fromEntries(tables.map(({ name, row_count }) => [name, row_count]));
  const { version } = session.database;
  const object = version === 0 ? undefined : await bucket.read(databaseObjectKey(session.session_id, version));
  if (version > 0 && object === undefined) return [`database version ${version} is not in the bucket`];
  const found = object === undefined ? {} : await rowsInDatabase(await buffer(object.body));
  const published = Object.fromEntries(Object.entries(found).filter(([name]) => !isRejectsOf(expected, name)));
  const versions = objects.flatMap((path) => parseDatabaseVersion(fileObjectKey(session.session_id, path)) ?? []);
  return [
    ...(sorted(itemised) === sorted(expected)
      ? []
      : [`tables listed ${sorted(itemised)}, in files ${sorted(expected)}`]),
    ...(sorted(published) === sorted(expected)
      ? []
      : [`tables published ${sorted(published)}, in files ${sorted(expected)}`]),
    ...(versions.length > 2 ? [`there are ${versions.length} versions of the database`] : []),
  ];
}

/** What was left out of a table stands beside it, and is no table of the session. */
function isRejectsOf(tables: Record<string, number>, name: string): boolean {
  return (/^(.*)__rejects(_\d+)?$/.exec(name)?.[1] ?? "") in tables;
}

function rowsByLines({ files }: Holdings, bytes: Map<string, Buffer>): Record<string, number> {
  const expected: Record<string, number> = {};
  for (const { path, conversion } of files) {
    const name = /^uploads\/(.*)\.csv$/.exec(path)?.[1];
    if (name === undefined || conversion.state !== "converted") continue;
    expected[name] = (bytes.get(path)?.toString().trimEnd().split("\n").length ?? 1) - 1;
  }
  return expected;
}

/** The tables that files say they have, each with the rows that its own item tells. */
function rowsRecorded({ files, tables }: Holdings): Record<string, number> {
  const rows = new Map(tables.map(({ name, row_count }) => [name, row_count]));
  const names = files.flatMap(({ conversion }) => conversion.tables);
  return Object.fromEntries(names.map((name) => [name, rows.get(name) ?? -1]));
}

/** Nothing waits for anybody. */
function leftUndone({ session, files, uploads }: Holdings): string[] {
  const { lease_token, conversion_due_at, approval_outbox, settled_uploads } = session;
  const undone = files.filter(({ conversion }) => conversion.state === "pending" || conversion.state === "converting");
  return [
    ...(lease_token === undefined ? [] : ["somebody holds the lease of its conversion"]),
    ...(conversion_due_at === undefined ? [] : ["a conversion is due"]),
    ...(approval_outbox === undefined ? [] : ["an approval's step is not in the history"]),
    ...([...(settled_uploads ?? [])].length === 0 ? [] : ["an upload is counted and not done"]),
    ...uploads.filter(({ state }) => state !== "open" && state !== "done").map(({ state }) => `an upload is ${state}`),
    ...undone.map(({ path }) => `${path} waits for its conversion`),
    ...files.filter(({ status }) => status === "removed").map(({ path }) => `${path} is removed and has a record`),
  ];
}

/** Each file that was answered is there with its hash, and what was removed is not. */
function comparePromises({ files }: ToldSession, bytes: Map<string, Buffer>): string[] {
  return [...files].flatMap(([path, possible]) => {
    const content = bytes.get(path);
    const found = content === undefined ? null : hashOf(content);
    const wanted = [...possible].map((hash) => hash ?? "nothing").join(" or ");
    return possible.has(found) ? [] : [`${path} is ${found ?? "not there"}, and clients were told ${wanted}`];
  });
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function withoutZeros(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== 0));
}

/** Figures as text whose order says nothing. */
function sorted(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(Object.entries(value).sort());
}
