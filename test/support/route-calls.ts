import type { Route } from "../../shared/contract/route.ts";

/** The bodies of routes that take JSON or bytes: each would succeed for the owner. */
const bodies: Record<string, string> = {
  createSession: "{}",
  patchSession: '{"metadata":{}}',
  setApproval: '{"tool_name":"x"}',
  decideApproval: '{"decision":"approved"}',
  appendHistory: '{"role":"user","content":"x"}',
  createArchive: "{}",
  appendLog: "x\n",
  createUpload: '{"path":"uploads/u.csv","size_bytes":1}',
  signParts: "{}",
  completeUpload: "{}",
  renameFile: '{"path":"uploads/a.csv","name":"renamed.csv"}',
  deleteFiles: '{"paths":["uploads/none.csv"]}',
  addResearchData: '{"data":1}',
  addNamedResearchData: '{"data":1}',
  addIntermediateResult: '{"data":1}',
  addNamedIntermediateResult: '{"data":1}',
  lookupCache: '{"query":"q","mode":"m"}',
  putCache: '{"query":"q","mode":"m","result":1}',
  clearCache: '{"query":"q","mode":"m"}',
  query: '{"sql":"SELECT 1"}',
  convertAgain: '{"path":"uploads/none.csv"}',
  putPreferences: "{}",
  putFile: "x\n2\n",
};

/** What stands in the place of a path's parameters; what is left out stays as the contract writes it. */
export type PathParameters = Partial<
  Record<"session_id" | "path" | "name" | "user_id" | "upload_id" | "archive_id", string>
>;

const usual: PathParameters = { path: "uploads/a.csv", name: "a", user_id: "erwin" };

/** The route's path with these parameters, as they are: an encoded one is sent encoded. */
export function pathOf(route: Route, parameters: PathParameters): string {
  return Object.entries({ ...usual, ...parameters }).reduce(
    (path, [name, value]) => path.replace(new RegExp(`\\{${name}\\+?\\}`), () => value),
    route.path,
  );
}

/** The body that the route takes; for a JSON object with `more` fields beside its own. */
export function bodyOf(route: Route, more: Record<string, unknown> = {}): RequestInit {
  if (route.bodyKind === "multipart") {
    const form = new FormData();
    form.append("file", new Blob(["x\n2\n"]), "b.csv");
    return { body: form };
  }
  const body = bodies[route.name];
  if (body === undefined) return {};
  if (route.bodyKind !== "json") return { body };
  const json = JSON.stringify({ ...JSON.parse(body), ...more });
  return { body: json, headers: { "content-type": "application/json" } };
}

/** A call that would succeed for the owner of the session. */
export function callRoute(
  baseUrl: string,
  route: Route,
  parameters: PathParameters,
  headers: Record<string, string>,
  send: typeof fetch = fetch,
): Promise<Response> {
  const { body, headers: type } = bodyOf(route);
  return send(`${baseUrl}${pathOf(route, parameters)}`, {
    method: route.method,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
    headers: { ...type, ...headers } as Record<string, string>,
  });
}
