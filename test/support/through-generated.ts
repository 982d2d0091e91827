import createClient from "openapi-fetch";
import type { Fetch } from "../../shared/client/index.ts";
import type { Method, Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";

/** Every route with a pattern of its addresses; literal ones before those with parameters. */
const routes = (Object.values(contract) as Route[])
  .map((route) => ({ route, pattern: toPattern(route.path) }))
  .sort((a, b) => a.route.path.split("{").length - b.route.path.split("{").length);

function toPattern(path: string): RegExp {
  const groups = path.replace(/\{(\w+)\+\}/, "(?<$1>.+)").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${groups}$`);
}

/**
 * A fetch for our client that makes every call of the API through openapi-fetch: the path, the query, the headers and
 * the body of each are written anew by it, as by anybody's generated client. With it the acceptance tests drive that one.
 */
export function throughGenerated(baseUrl: string): Fetch {
  return async (url, init) => {
    const { pathname, searchParams, origin } = new URL(url);
    const method = (init.method ?? "GET") as Method;
    const found = routes.find(({ route, pattern }) => route.method === method && pattern.test(pathname));
    if (origin !== baseUrl || found === undefined) return fetch(url, init);
    const answers: Response[] = [];
    const generated = createClient<Record<string, never>>({
      baseUrl,
      fetch: async (request) => {
        const answer = await fetch(request);
        answers.push(answer.clone()); // whole, as the client reads its own
        return answer;
      },
    });
    const path = Object.entries(found.pattern.exec(pathname)?.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    const options = {
      params: { path: Object.fromEntries(path), query: Object.fromEntries(searchParams) },
      ...(init.body === undefined ? {} : { body: init.body, bodySerializer: (body: unknown) => body }),
      headers: Object.fromEntries(new Headers(init.headers)),
      signal: init.signal,
      parseAs: "stream",
    };
    const address = found.route.path.replace("+}", "}");
    await generated.request(method.toLowerCase() as never, address as never, options as never);
    return answers[0] ?? Response.error();
  };
}
