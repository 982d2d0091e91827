import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { securityHeaders } from "../../shared/security-headers.ts";
import { ASSET_POLICY, contentSecurityPolicy, DOCS_POLICY } from "./content-security-policy.ts";
import type { Manifest } from "./manifest.ts";
import type { SignIn } from "./sign-in.ts";

/** The part of API Gateway's event that this reads. */
export interface PageRequest {
  rawPath: string;
  headers: Record<string, string | undefined>;
}

export interface PageAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded: boolean;
}

export interface PageOptions {
  /** Where the build put the page. */
  folder: string;
  /** Where signed URLs lead. */
  storageOrigin: string;
  guestsAllowed: boolean;
  signIn(): Promise<SignIn | undefined>;
}

const common = {
  ...securityHeaders,
  "cross-origin-opener-policy": "same-origin",
  // A script or a style sheet opened by itself is nothing to run, and stands in nobody's frame.
  "content-security-policy": ASSET_POLICY,
};

/** Answers the page at `/`, the contract for people at `/docs`, and each file of its build at `/assets/…`, compressed as the browser likes it. */
export function createPage(options: PageOptions) {
  const { folder } = options;
  let built: Promise<{ manifest: Manifest; template: string }> | undefined;

  async function load() {
    const [manifest, template] = await Promise.all([
      readFile(join(folder, "manifest.json"), "utf8"),
      readFile(join(folder, "index.html"), "utf8"),
    ]);
    return { manifest: JSON.parse(manifest) as Manifest, template };
  }

  return async function servePage({ rawPath, headers }: PageRequest): Promise<PageAnswer> {
    built ??= load();
    const { manifest, template } = await built;
    if (rawPath === "/") return serveIndex(options, manifest, template);
    if (rawPath === "/docs") return serveDocs(join(folder, "docs.html"), headers["accept-encoding"]);
    const name = rawPath.replace(/^\/assets\//, "");
    // Only names of the build: nothing that a path says reaches the disk.
    if (!Object.hasOwn(manifest.assets, name)) return notFound(rawPath);
    return serveAsset(join(folder, "assets", name), manifest.assets[name]?.type ?? "", headers["accept-encoding"]);
  };
}

async function serveIndex(options: PageOptions, { entries }: Manifest, template: string): Promise<PageAnswer> {
  const signIn = await options.signIn();
  const nonce = randomBytes(16).toString("base64");
  const config = { guests_allowed: options.guestsAllowed, ...(signIn !== undefined && { sign_in: signIn }) };
  const preloads = entries.preload.map((name) => `<link rel="modulepreload" href="/assets/${name}">`).join("");
  const values: Record<string, string> = {
    script: entries.script,
    style: entries.style,
    icon: entries.icon,
    preloads,
    nonce,
    // Inside a script element only `<` could end it.
    config: JSON.stringify(config).replaceAll("<", "\\u003c"),
  };
  return {
    statusCode: 200,
    headers: {
      ...common,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": contentSecurityPolicy({ nonce, storageOrigin: options.storageOrigin, signIn }),
      "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    },
    body: template.replaceAll(/%(\w+)%/g, (_, name: string) => values[name] ?? ""),
    isBase64Encoded: false,
  };
}

/** It has no script, so none may run; another release of it shows within minutes. */
async function serveDocs(path: string, accepted: string | undefined): Promise<PageAnswer> {
  const answer = await serveAsset(path, "text/html; charset=utf-8", accepted);
  const headers = { "cache-control": "public, max-age=300", "content-security-policy": DOCS_POLICY };
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

async function serveAsset(path: string, type: string, accepted = ""): Promise<PageAnswer> {
  const encodings = accepted.split(",").map((encoding) => encoding.trim().split(";")[0]);
  const encoding = encodings.includes("br") ? "br" : encodings.includes("gzip") ? "gzip" : undefined;
  const content = await readFile(encoding === undefined ? path : `${path}.${encoding === "br" ? "br" : "gz"}`);
  return {
    statusCode: 200,
    headers: {
      ...common,
      "content-type": type,
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
    body: content.toString("base64"),
    isBase64Encoded: true,
  };
}

function notFound(path: string): PageAnswer {
  const problem = { type: "about:blank", title: "Not found", status: 404, detail: `Cannot find "${path}"` };
  return {
    statusCode: 404,
    headers: { ...common, "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify({ ...problem, code: "route_not_found" }),
    isBase64Encoded: false,
  };
}
