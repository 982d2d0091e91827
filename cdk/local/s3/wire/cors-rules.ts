import { S3Error } from "./errors.ts";
import { parseXml, type XmlObject } from "./xml.ts";

/** One rule of a bucket's CORS configuration. */
export interface CorsRule {
  readonly id: string | undefined;
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number | undefined;
}

const MAX_RULES = 100;
const allowedMethods = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/** Reads a `CORSConfiguration`; throws as S3 does for methods and wildcards that it does not take. */
export function parseCorsRules(xml: string): CorsRule[] {
  const rules = parseXml(xml, "CORSConfiguration")
    .children("CORSRule")
    .map((rule): CorsRule => {
      const texts = (name: string) => rule.children(name).map((child) => child.ownText());
      const maxAge = rule.text("MaxAgeSeconds");
      return {
        id: rule.text("ID"),
        origins: texts("AllowedOrigin"),
        methods: texts("AllowedMethod"),
        headers: texts("AllowedHeader"),
        exposed: texts("ExposeHeader"),
        maxAgeSeconds: maxAge === undefined ? undefined : Number.parseInt(maxAge, 10),
      };
    });
  if (rules.length === 0 || rules.length > MAX_RULES) throw new S3Error("MalformedXML");
  for (const rule of rules) assertRule(rule);
  return rules;
}

function assertRule(rule: CorsRule): void {
  if (rule.origins.length === 0 || rule.methods.length === 0) throw new S3Error("MalformedXML");
  if (Number.isNaN(rule.maxAgeSeconds)) throw new S3Error("MalformedXML");
  for (const method of rule.methods) {
    if (allowedMethods.includes(method)) continue;
    throw new S3Error(
      "InvalidRequest",
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    );
  }
  for (const pattern of [...rule.origins, ...rule.headers]) {
    if (pattern.split("*").length <= 2) continue;
    throw new S3Error("InvalidRequest", `"${pattern}" can not have more than one wildcard.`);
  }
  // They end up in a response header of their own accord.
  if (rule.exposed.some((name) => !/^[\w-]+$/.test(name))) throw new S3Error("InvalidRequest");
}

export function corsRulesXml(rules: readonly CorsRule[]): XmlObject {
  return {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedOrigin: rule.origins,
      AllowedMethod: rule.methods,
      AllowedHeader: rule.headers,
      ExposeHeader: rule.exposed,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  };
}

export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** Lower case. */
  readonly requestHeaders: readonly string[];
}

/** The headers that the first matching rule gives; undefined when no rule allows it. */
export function corsHeaders(rules: readonly CorsRule[], question: CorsQuestion): Record<string, string> | undefined {
  const rule = rules.find((candidate) => allows(candidate, question));
  if (rule === undefined) return undefined;
  const isAnyOrigin = rule.origins.includes("*");
  return {
    "access-control-allow-origin": isAnyOrigin ? "*" : question.origin,
    "access-control-allow-methods": rule.methods.join(", "),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    ...(isAnyOrigin ? {} : { "access-control-allow-credentials": "true" }),
    ...(question.requestHeaders.length > 0 && { "access-control-allow-headers": question.requestHeaders.join(", ") }),
    ...(rule.exposed.length > 0 && { "access-control-expose-headers": rule.exposed.join(", ") }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

function allows(rule: CorsRule, question: CorsQuestion): boolean {
  return (
    rule.methods.includes(question.method) &&
    rule.origins.some((pattern) => matchesWildcard(pattern, question.origin)) &&
    question.requestHeaders.every((name) =>
      rule.headers.some((pattern) => matchesWildcard(pattern.toLowerCase(), name)),
    )
  );
}

function matchesWildcard(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === text;
  return text.length >= pattern.length - 1 && text.startsWith(before) && text.endsWith(after);
}
