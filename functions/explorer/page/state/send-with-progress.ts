/** `fetch` tells nothing while it sends. This does the same by XMLHttpRequest, which says how far it is. */
export function sendWithProgress(url: string, init: RequestInit, onSent: (bytes: number) => void): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const request = new XMLHttpRequest();
  const { signal } = init;
  const abort = () => request.abort();
  const settle = () => signal?.removeEventListener("abort", abort);
  request.open(init.method ?? "GET", url);
  new Headers(init.headers).forEach((value, name) => {
    request.setRequestHeader(name, value);
  });
  request.upload.onprogress = ({ loaded }) => onSent(loaded);
  request.onload = () => {
    settle();
    const hasNoBody = request.status === 204 || request.status === 304;
    resolve(
      new Response(hasNoBody ? null : request.responseText, { status: request.status, headers: headersOf(request) }),
    );
  };
  request.onerror = () => {
    settle();
    reject(new TypeError("Failed to fetch"));
  };
  request.onabort = () => {
    settle();
    reject(signal?.reason ?? new DOMException("Aborted", "AbortError"));
  };
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  else request.send(init.body as XMLHttpRequestBodyInit);
  return promise;
}

function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().trim().split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}
