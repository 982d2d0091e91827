/** CRC-32 as S3 has it, fast enough to keep up with a network, and over parts that are hashed in any order. */

const POLYNOMIAL = 0xedb88320;

/** Eight tables: eight bytes a turn. */
const tables = makeTables();

function makeTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const all = [first];
  for (let table = 1; table < 8; table++) {
    const before = all[table - 1] ?? first;
    all.push(before.map((value) => (value >>> 8) ^ (first[value & 0xff] ?? 0)));
  }
  return all;
}

/** Node's own, five times as fast; a browser has none. */
const native = nativeCrc32();

function nativeCrc32(): ((bytes: Uint8Array) => number) | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const zlib = process?.getBuiltinModule?.("node:zlib") as { crc32?(bytes: Uint8Array): number } | undefined;
  return zlib?.crc32;
}

/** By the fastest way there is. */
export function crc32(bytes: Uint8Array): number {
  return native?.(bytes) ?? portableCrc32(bytes);
}

/** The same where there is nothing but JavaScript. */
export function portableCrc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as unknown as Tables;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = view.getUint32(at, true) ^ crc;
    const high = view.getUint32(at + 4, true);
    crc =
      pick(t7, low) ^
      pick(t6, low >>> 8) ^
      pick(t5, low >>> 16) ^
      pick(t4, low >>> 24) ^
      pick(t3, high) ^
      pick(t2, high >>> 8) ^
      pick(t1, high >>> 16) ^
      pick(t0, high >>> 24);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ pick(t0, crc ^ (bytes[at] ?? 0));
  return ~crc >>> 0;
}

type Tables = readonly [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

function pick(table: Uint32Array, value: number): number {
  return table[value & 0xff] as number;
}

/** The CRC of two pieces of which the second has so many bytes. Multiplies the first by x^(8·length), modulo the polynomial. */
export function combineCrc32(first: number, second: number, secondLength: number): number {
  let power = 0x00800000; // x^8, bits reflected
  let factor = 0x80000000; // 1
  for (let left = secondLength; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) factor = multiply(factor, power);
    power = multiply(power, power);
  }
  return (multiply(first, factor) ^ second) >>> 0;
}

/** Of two polynomials over GF(2), modulo the CRC's own; bits reflected. */
function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

/** As S3 writes it: four bytes, most significant first, in base64. */
export function toBase64(crc: number): string {
  return btoa(String.fromCharCode(crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff));
}
