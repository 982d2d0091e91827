/** How much room a session has, and what is promised of it. Pure. */
import { ENV, type Environment, positiveNumber } from "../config.ts";
import { AppError } from "../errors.ts";
import type { FileDelta } from "../files/file-record.ts";
import type { SessionRecord } from "./session-record.ts";

/** Bytes and files that something takes, or is promised. */
export interface Room {
  bytes: number;
  files: number;
}

export const NO_ROOM: Room = { bytes: 0, files: 0 };

/** What a stage allows; a user's bytes are a rule that operators change while the service runs. */
export interface StorageLimits {
  fileBytes: number;
  sessionBytes: number;
  sessionFiles: number;
}

const MIB = 1024 * 1024;
/** What S3 takes as one copy, and more than anybody waits for. */
const MAX_FILE_MIB = 5 * 1024;

/** Throws, by name, when a variable is not a number. */
export function readStorageLimits(env: Environment): StorageLimits {
  const sessionMib = positiveNumber(env, ENV.maxSessionSizeMb, Number.POSITIVE_INFINITY);
  return {
    fileBytes: Math.floor(Math.min(positiveNumber(env, ENV.maxFileSizeMb, 100), MAX_FILE_MIB) * MIB),
    sessionBytes: sessionMib === Number.POSITIVE_INFINITY ? 10e9 : Math.floor(sessionMib * MIB),
    sessionFiles: Math.max(1, Math.floor(positiveNumber(env, ENV.maxSessionFiles, 10_000))),
  };
}

/** Files in all folders together. */
export function countFiles({ file_counts }: Pick<SessionRecord, "file_counts">): number {
  return Object.values(file_counts).reduce((sum, files) => sum + files, 0);
}

/** What the session's files take and what its uploads in progress are promised, together. */
export function claimedRoom(record: SessionRecord): Room {
  return {
    bytes: record.claimed_bytes ?? record.total_size_bytes,
    files: record.claimed_files ?? countFiles(record),
  };
}

/** What is promised beyond the files that are there. */
export function reservedRoom(record: SessionRecord): Room {
  const { bytes, files } = claimedRoom(record);
  return { bytes: Math.max(0, bytes - record.total_size_bytes), files: Math.max(0, files - countFiles(record)) };
}

/** What storing a file adds to the session, where it takes the place of another one: never less than nothing. */
export function roomFor(sizeBytes: number, replaced: { size_bytes: number } | undefined): Room {
  if (replaced === undefined) return { bytes: sizeBytes, files: 1 };
  return { bytes: Math.max(0, sizeBytes - replaced.size_bytes), files: 0 };
}

export function addRoom(...rooms: readonly Room[]): Room {
  return {
    bytes: rooms.reduce((sum, room) => sum + room.bytes, 0),
    files: rooms.reduce((sum, room) => sum + room.files, 0),
  };
}

/** What files that came or went change. */
export function roomOf(deltas: readonly FileDelta[]): Room {
  return addRoom(...deltas);
}

export function minus(room: Room, other: Room): Room {
  return { bytes: room.bytes - other.bytes, files: room.files - other.files };
}

/** True when `room` has everything that `wanted` asks for. */
export function covers(room: Room, wanted: Room): boolean {
  return wanted.bytes <= room.bytes && wanted.files <= room.files;
}

export function fits(record: SessionRecord, wanted: Room, limits: StorageLimits): boolean {
  const total = addRoom(claimedRoom(record), wanted);
  return covers({ bytes: limits.sessionBytes, files: limits.sessionFiles }, total);
}

/** 507 with the numbers. */
export function sessionFull(record: SessionRecord, wanted: Room, limits: StorageLimits): AppError {
  const { bytes, files } = claimedRoom(record);
  const reserved = reservedRoom(record);
  return new AppError(
    "session_full",
    `Cannot store ${wanted.bytes} bytes more: the session holds ${files} of ${limits.sessionFiles} files and ${bytes} of ${limits.sessionBytes} bytes, uploads in progress included`,
    {
      details: {
        ...{ requested_bytes: wanted.bytes, requested_files: wanted.files },
        ...{ files, limit_files: limits.sessionFiles, reserved_files: reserved.files },
        ...{ bytes, limit_bytes: limits.sessionBytes, reserved_bytes: reserved.bytes },
      },
    },
  );
}

/** Throws 413 with the numbers when a file is larger than the stage allows. */
export function assertFileSize(name: string, sizeBytes: number, { fileBytes }: StorageLimits): void {
  if (sizeBytes <= fileBytes) return;
  throw new AppError("file_too_large", `Cannot store "${name}": it has ${sizeBytes} bytes, the limit is ${fileBytes}`, {
    details: { size_bytes: sizeBytes, limit_bytes: fileBytes },
  });
}
