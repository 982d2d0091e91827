import { S3Error } from "../wire/errors.ts";
import { type Credentials, parseAmzDate } from "./authenticate.ts";
import { parseCredential } from "./claim.ts";
import { ALGORITHM, hmacHex, isSameSignature, signingKey } from "./signature.ts";

/** How many bytes the file of a form may have. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

const MAX_KEY_AGE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Proves that the form was signed with our key and keeps its policy. Names of fields are in lower case, `bucket`
 * is the one that the form was sent to.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function assertPostAllowed(
  fields: ReadonlyMap<string, string>,
  bucket: string,
  credentials: Credentials,
  now: Date,
): LengthRange {
  const policy = fields.get("policy");
  if (policy === undefined) throw new S3Error("AccessDenied");
  assertSignature(fields, policy, credentials, now);
  const { expiration, conditions } = parsePolicy(policy);
  if (expiration.getTime() <= now.getTime()) throw refused("Policy expired.");
  const values = new Map(fields).set("bucket", bucket);
  const covered = new Set<string>();
  let range: LengthRange = { min: 0, max: Number.MAX_SAFE_INTEGER };
  for (const condition of conditions) {
    if (condition.operator === "content-length-range") {
      range = { min: Math.max(range.min, condition.min), max: Math.min(range.max, condition.max) };
    } else {
      covered.add(condition.field);
      if (!holds(condition, values.get(condition.field) ?? "")) {
        const shown = JSON.stringify([condition.operator, `$${condition.field}`, condition.value]);
        throw refused(`Policy Condition failed: ${shown}`);
      }
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !needsNoCondition(name));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(", ")}`);
  return range;
}

function assertSignature(
  fields: ReadonlyMap<string, string>,
  policy: string,
  credentials: Credentials,
  now: Date,
): void {
  const required = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw new S3Error("InvalidArgument", `Bucket POST must contain a field named '${name}'.`);
    return value;
  };
  if (required("x-amz-algorithm") !== ALGORITHM) {
    throw new S3Error("InvalidArgument", `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const { accessKeyId, scope } = parseCredential(required("x-amz-credential"), "InvalidArgument", credentials.region);
  if (fields.has("x-amz-security-token")) throw new S3Error("InvalidToken");
  if (accessKeyId !== credentials.accessKeyId) throw new S3Error("InvalidAccessKeyId");
  const time = required("x-amz-date");
  const signedAt = parseAmzDate(time);
  const isOfThatDay = signedAt !== undefined && time.startsWith(scope.day);
  if (!isOfThatDay || Math.abs(now.getTime() - signedAt.getTime()) > MAX_KEY_AGE_MS) {
    throw new S3Error("AccessDenied", "Invalid according to Policy: x-amz-date is not usable");
  }
  // The policy is signed as it was sent, in base64.
  const expected = hmacHex(signingKey(credentials.secretAccessKey, scope), policy);
  if (!isSameSignature(expected, required("x-amz-signature"))) throw new S3Error("SignatureDoesNotMatch");
}

type FieldCondition = { operator: "eq" | "starts-with"; field: string; value: string };
type Condition = FieldCondition | { operator: "content-length-range"; min: number; max: number };

function parsePolicy(base64: string): { expiration: Date; conditions: Condition[] } {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    throw new S3Error("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
  }
  if (typeof document !== "object" || document === null) throw invalidPolicy("not an object");
  const { expiration, conditions } = document as Record<string, unknown>;
  if (typeof expiration !== "string" || Number.isNaN(Date.parse(expiration))) throw invalidPolicy("expiration");
  if (!Array.isArray(conditions)) throw invalidPolicy("conditions");
  return { expiration: new Date(expiration), conditions: conditions.flatMap(parseCondition) };
}

/** `{"field": "value"}`, `["eq" | "starts-with", "$field", "value"]` or `["content-length-range", min, max]`. */
function parseCondition(condition: unknown): Condition[] {
  if (Array.isArray(condition) && condition.length === 3) {
    const [name, a, b]: unknown[] = condition;
    const operator = typeof name === "string" ? name.toLowerCase() : "";
    if (operator === "content-length-range") {
      const [min, max] = [Number(a), Number(b)];
      if (Number.isSafeInteger(min) && Number.isSafeInteger(max)) return [{ operator, min, max }];
    } else if ((operator === "eq" || operator === "starts-with") && typeof a === "string" && typeof b === "string") {
      if (a.startsWith("$")) return [{ operator, field: a.slice(1).toLowerCase(), value: b }];
    }
  } else if (typeof condition === "object" && condition !== null && !Array.isArray(condition)) {
    return Object.entries(condition).map(([field, value]) => {
      if (typeof value !== "string") throw invalidPolicy(field);
      return { operator: "eq", field: field.toLowerCase(), value };
    });
  }
  throw invalidPolicy("condition");
}

function holds({ operator, field, value }: FieldCondition, actual: string): boolean {
  if (operator === "eq") return actual === value;
  // S3 reads a content type as a list, of which every item has to begin that way.
  if (field === "content-type") return actual.split(",").every((item) => item.trim().startsWith(value));
  return actual.startsWith(value);
}

function needsNoCondition(name: string): boolean {
  return ["policy", "x-amz-signature", "file"].includes(name) || name.startsWith("x-ignore-");
}

function refused(reason: string): S3Error {
  return new S3Error("AccessDenied", `Invalid according to Policy: ${reason}`);
}

function invalidPolicy(what: string): S3Error {
  return new S3Error("InvalidPolicyDocument", `Invalid Policy: Invalid ${what}.`);
}
