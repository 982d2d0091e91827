/**
 * Prints each request as a curl line that does the same when it is pasted. The token stands in `$TOKEN`, so the lines
 * can be shown around.
 */
export function createCurlPrinter(print: (line: string) => void, filePath: (name: string) => string) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    print(`  $ ${toCurl(url, init, filePath)}`);
    return fetch(url, init);
  };
}

function toCurl(url: string, init: RequestInit, filePath: (name: string) => string): string {
  const parts = ["curl -sS"];
  if (init.method !== "GET" && !(init.method === "POST" && init.body !== undefined)) parts.push(`-X ${init.method}`);
  for (const [name, value] of new Headers(init.headers)) {
    parts.push(name === "authorization" ? '-H "authorization: Bearer $TOKEN"' : `-H ${quote(`${name}: ${value}`)}`);
  }
  if (init.body instanceof FormData) {
    for (const [field, value] of init.body) {
      parts.push(`-F ${quote(typeof value === "string" ? `${field}=${value}` : `${field}=@${filePath(value.name)}`)}`);
    }
  } else if (typeof init.body === "string") parts.push(`-d ${quote(init.body)}`);
  parts.push(quote(url));
  return parts.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
