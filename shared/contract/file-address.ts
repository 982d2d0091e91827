/**
 * How a file's path stands in a URL. API Gateway's HTTP APIs decode the path of a request and cut it at a decoded "?",
 * so that `uploads/why%3F.csv` would arrive as `uploads/why`, which may be another file. Then they decode it once more:
 * `uploads/100%25.csv` is refused, and `50%2525` becomes `50%`. A name with either sign goes as a query parameter behind
 * its folder: `uploads?name=why%3F.csv`. Free of schemas, because the client carries it too.
 */

/** What goes into the path of the URL, and what into its query. */
export interface FileAddress {
  path: string;
  name?: string;
}

/** Whether this does not come through a URL's path as it is. */
export function breaksInPath(text: string): boolean {
  return /[?%]/.test(text);
}

export function fileAddress(path: string): FileAddress {
  if (!breaksInPath(path)) return { path };
  const slash = path.lastIndexOf("/"); // a name holds none
  return { path: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** The address of a file behind the address of the API. */
export function fileHref(sessionId: string, filePath: string): string {
  const { path, name } = fileAddress(filePath);
  const query = name === undefined ? "" : `?name=${encodeURIComponent(name)}`;
  return `/v1/sessions/${encodeURIComponent(sessionId)}/files/${encodePath(path)}${query}`;
}

/** Every segment encoded, the slashes kept. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
