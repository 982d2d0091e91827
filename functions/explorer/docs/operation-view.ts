import { type Html, html, inline, prose } from "./html.ts";
import type { Answer, Media, Operation, Parameter, Schema } from "./openapi-types.ts";
import { type Call, clientSample, curlSample } from "./samples.ts";
import { field, propertyList, typeOf } from "./schema-view.ts";

/** One route: its address, what goes in, what comes out, and how to call it. */
export function operationView(call: Call, schemas: Record<string, Schema>): Html {
  const { method, path, operation } = call;
  return html`<article id="${operation.operationId}">
  <h3><a href="#${operation.operationId}">${inline(operation.summary)}</a></h3>
  <p class="address"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></p>
  <p class="access">${accessOf(operation)}</p>
  ${parameterLists(operation.parameters ?? [])}
  ${bodyView(operation, schemas)}
  <h4>Answers</h4>
  ${Object.entries(operation.responses).map(([status, answer]) => answerView(status, answer))}
  <details><summary>Call it<span class="aside"> with curl or TypeScript</span></summary>
  <pre><code>${curlSample(call)}</code></pre>
  <pre><code>${clientSample(call)}</code></pre></details>
</article>`;
}

function accessOf({ security }: Operation): string {
  if (security.length === 0) return "Open to anyone.";
  const isFree = security.some((one) => Object.keys(one).length === 0);
  return isFree ? "With a token; without one a guest's session, where the stage allows guests." : "Needs a token.";
}

const places = { path: "In the path", query: "In the query", header: "Headers" } as const;

function parameterLists(parameters: readonly Parameter[]): Html {
  return html`${Object.entries(places).map(([place, title]) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    if (here.length === 0) return undefined;
    const fields = here.map(({ name, schema, required = false, description }) =>
      field(name, schema, { isRequired: required, description }),
    );
    return html`<h4>${title}</h4><ul class="fields">${fields}</ul>`;
  })}`;
}

/** Its fields stand here even where the schema has a name: who writes a call wants to see them at once. */
function bodyView({ requestBody }: Operation, schemas: Record<string, Schema>): Html | undefined {
  if (requestBody === undefined) return undefined;
  const [type = "", media = {}] = Object.entries(requestBody.content)[0] ?? [];
  const types = Object.keys(requestBody.content).join(", ");
  const schema = schemas[media.schema?.$ref?.split("/").at(-1) ?? ""] ?? media.schema ?? {};
  return html`<h4>Body</h4>
  <p class="kind"><code>${types}</code>: ${typeOf(media.schema ?? {})}${requestBody.required === true && html` <strong>required</strong>`}</p>
  ${prose(requestBody.description)}${type === "application/json" && propertyList(schema)}
  ${exampleView(media, "An example of the body")}`;
}

function answerView(status: string, { description, headers = {}, content = {} }: Answer): Html {
  const [type, media] = Object.entries(content)[0] ?? [];
  const isSuccess = status.startsWith("2") || status.startsWith("3");
  const named = Object.entries(headers).filter(([name]) => name !== "x-request-id");
  return html`<div class="answer">
  <p><span class="status ${isSuccess ? "good" : "bad"}">${status}</span> ${isSuccess ? inline(description) : problemsOf(description)}</p>
  ${isSuccess && media !== undefined && html`<p class="kind"><code>${Object.keys(content).join(", ")}</code>: ${typeOf(media.schema ?? {})}</p>`}
  ${isSuccess && media?.schema?.$ref === undefined && type === "application/json" && propertyList(media?.schema ?? {})}
  ${isSuccess && named.length > 0 && html`<ul class="fields">${named.map(([name, header]) => field(name, header.schema ?? {}, { isRequired: false, description: header.description }))}</ul>`}
  ${isSuccess && media !== undefined && exampleView(media, `An example of ${status}`)}
</div>`;
}

/** `Title (code)` of each, with a link to what the code means. */
function problemsOf(description: string): Html {
  return html`${description.split("; ").map((problem, index) => {
    const [, title = problem, code] = /^(.*) \(`(\w+)`\)$/.exec(problem) ?? [];
    // The gateway's own refusals have no code.
    if (code === undefined) return html`${index > 0 && "; "}${title}`;
    return html`${index > 0 && "; "}${title} <a href="#problem-${code}"><code>${code}</code></a>`;
  })}`;
}

function exampleView({ example }: Media, title: string): Html | undefined {
  if (example === undefined) return undefined;
  const text = typeof example === "string" ? example : JSON.stringify(example, null, 2);
  return html`<details><summary>${title}</summary><pre><code>${text}</code></pre></details>`;
}
