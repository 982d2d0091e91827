/** All of an answer but the two things that differ between any two calls: the id that was named, and the request's. */
export async function wholeAnswer(answer: Response, sessionId: string) {
  const headers = Object.fromEntries(answer.headers);
  const body = await answer.text();
  const requestId = /"request_id":"([^"]+)"/.exec(body)?.[1] ?? "";
  for (const name of ["date", "apigw-requestid", "x-request-id"]) delete headers[name];
  return {
    status: answer.status,
    headers, // content-length among them: equal ids are equally long
    body: body.replaceAll(sessionId, "{session_id}").replace(requestId, "{request_id}"),
  };
}
