/** The CRCs that S3 gives for a whole object, reflected, with their polynomials. All start and end with all ones. */
const polynomials = {
  CRC32: 0xedb88320n,
  CRC32C: 0x82f63b78n,
  CRC64NVME: 0x9a6c9329ac4bc9b5n,
} as const;

export type CombinableCrc = keyof typeof polynomials;

const BYTE_BITS = 8n;

/** The CRC of two pieces from the CRCs of both: the first is moved on by as many zero bytes as the second has. */
export function combineCrc(
  algorithm: CombinableCrc,
  first: Buffer,
  second: Buffer,
  secondBytes: number,
): Buffer<ArrayBuffer> {
  const polynomial = polynomials[algorithm];
  const width = BigInt(first.length) * BYTE_BITS;
  const moved = multiply(
    toBigInt(first),
    powerOfX(BigInt(secondBytes) * BYTE_BITS, polynomial, width),
    polynomial,
    width,
  );
  const hex = (moved ^ toBigInt(second)).toString(16).padStart(first.length * 2, "0");
  return Buffer.from(hex, "hex");
}

/** x^exponent modulo the polynomial, by squaring. */
function powerOfX(exponent: bigint, polynomial: bigint, width: bigint): bigint {
  let result = 1n << (width - 1n); // 1: the highest bit stands for x^0
  let square = 1n << (width - 2n); // x
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(result, square, polynomial, width);
    square = multiply(square, square, polynomial, width);
  }
  return result;
}

/** Of two polynomials over GF(2), bits reflected. */
function multiply(a: bigint, b: bigint, polynomial: bigint, width: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << (width - 1n); bit !== 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}
