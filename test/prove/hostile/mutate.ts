/**
 * Bytes with something wrong in them, by the same seed always the same: what fuzzers do (flips, cuts, splices of two
 * inputs, words of the format in wrong places) and what liars do (numbers that are lengths, made small or huge).
 */
import type { Random } from "./random.ts";

/** What there is to make wrong inputs from. */
export interface Material {
  /** Inputs that are right. */
  seeds: readonly Buffer[];
  /** Words that mean something in the format. */
  words: readonly (string | Buffer)[];
}

type Mutation = (bytes: Buffer, random: Random, material: Material) => Buffer;

/** What no length should be, and what borders are made of. */
const lies = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

const mutations: readonly Mutation[] = [
  flip,
  flip,
  setByte,
  cut,
  drop,
  repeat,
  splice,
  insertWord,
  insertWord,
  lie,
  swap,
];

/** One of the seeds with one to six things wrong. */
export function mutate(random: Random, material: Material): Buffer {
  let bytes = Buffer.from(random.pick(material.seeds));
  for (let left = 1 + random.below(6); left > 0; left--) {
    if (bytes.length > 0) bytes = Buffer.from(random.pick(mutations)(bytes, random, material));
  }
  return bytes;
}

function flip(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[random.below(bytes.length)] = random.pick([0, 0xff, 0x0a, 0x0d, 0x22, 0x2c, 0x80, random.below(256)]);
  return bytes;
}

function cut(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  return random.oneIn(4) ? bytes.subarray(at) : bytes.subarray(0, at);
}

function drop(bytes: Buffer, random: Random): Buffer {
  const { from, to } = stretch(bytes, random);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const { from, to } = stretch(bytes, random);
  const times = random.oneIn(8) ? 200 : 1 + random.below(4);
  const copies = Array.from({ length: times }, () => bytes.subarray(from, to));
  return Buffer.concat([bytes.subarray(0, to), ...copies, bytes.subarray(to)]);
}

function splice(bytes: Buffer, random: Random, { seeds }: Material): Buffer {
  const other = random.pick(seeds);
  return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);
}

function insertWord(bytes: Buffer, random: Random, { words }: Material): Buffer {
  const at = random.below(bytes.length + 1);
  const word = Buffer.from(random.pick(words));
  const over = random.oneIn(2) ? word.length : 0;
  return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + over)]);
}

/** A number in place of two, four or eight bytes, as binary formats write their lengths. */
function lie(bytes: Buffer, random: Random): Buffer {
  const size = random.pick([2, 4, 8]);
  if (bytes.length < size) return bytes;
  const at = random.below(bytes.length - size + 1);
  const value = random.pick(lies);
  if (size === 2) bytes.writeUInt16LE(value & 0xffff, at);
  else if (size === 4) bytes.writeUInt32LE(value, at);
  else bytes.writeBigUInt64LE(random.oneIn(2) ? BigInt(value) : 2n ** 64n - 1n - BigInt(value), at);
  return bytes;
}

function swap(bytes: Buffer, random: Random): Buffer {
  const [one, other] = [random.below(bytes.length), random.below(bytes.length)];
  const kept = bytes[one] ?? 0;
  bytes[one] = bytes[other] ?? 0;
  bytes[other] = kept;
  return bytes;
}

/** Mostly a few bytes, at times a good part of all. */
function stretch(bytes: Buffer, random: Random): { from: number; to: number } {
  const from = random.below(bytes.length);
  const most = random.oneIn(3) ? bytes.length : 16;
  return { from, to: Math.min(bytes.length, from + 1 + random.below(most)) };
}
