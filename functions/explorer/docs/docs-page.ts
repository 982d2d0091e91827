/** The contract as a page for people: plain HTML without a script, rendered when the page is built. */
import { problems } from "../../../shared/contract/problems.ts";
import { type Html, html, prose } from "./html.ts";
import type { Document } from "./openapi-types.ts";
import { operationView } from "./operation-view.ts";
import type { Call } from "./samples.ts";
import { propertyList, typeOf } from "./schema-view.ts";

/** Names of the page's own files among the assets. */
export interface DocsAssets {
  style: string;
  icon: string;
}

/** The whole page. */
export function renderDocs(document: Document, { style, icon }: DocsAssets): string {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Call => ({ method, path, operation })),
  );
  const chapters = document.tags.map((tag) => ({
    ...tag,
    calls: calls.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="Every route of the Cubby API, with its parameters, bodies, answers and problems.">
<title>Cubby API ${document.info.version}</title>
<link rel="icon" type="image/svg+xml" href="/assets/${icon}">
<link rel="stylesheet" href="/assets/${style}">
</head>
<body>
<a class="skip" href="#main">To the routes</a>
<header><p class="title">Cubby API <span class="aside">${document.info.version}</span></p>
<p><a href="/">The web page</a> <a href="/openapi.json">OpenAPI 3.1</a></p></header>
<div class="columns">
${contents(chapters)}
<main id="main" tabindex="-1">
${introduction(document)}
${chapters.map(({ name, description, calls: own }) => html`<section id="tag-${name}"><h2>${name}</h2>${prose(description)}${own.map((call) => operationView(call, document.components.schemas))}</section>`)}
${schemaSection(document)}
${problemSection()}
</main></div>
</body>
</html>
`.html;
}

interface Chapter {
  name: string;
  calls: readonly Call[];
}

/** Folded on a phone, beside the routes where there is room. */
function contents(chapters: readonly Chapter[]): Html {
  const lists = chapters.map(
    ({ name, calls }) =>
      html`<li><a href="#tag-${name}">${name}</a><ul>${calls.map(
        ({ method, operation }) =>
          html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method.toUpperCase()}</span> ${operation.operationId}</a></li>`,
      )}</ul></li>`,
  );
  return html`<nav aria-label="Contents"><details open><summary>Contents</summary><ul>
<li><a href="#start">Start</a></li>${lists}<li><a href="#schemas">Schemas</a></li><li><a href="#problems">Problems</a></li>
</ul></details></nav>`;
}

const FIRST_CALLS = `TOKEN=…   # of your identity provider, or the session_token of a guest
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"platform": "api"}' https://cubby.example.com/v1/sessions
SESSION=…   # the session_id of that answer
curl -H "Authorization: Bearer $TOKEN" -F file=@sales.csv \\
  https://cubby.example.com/v1/sessions/$SESSION/files
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"sql": "SELECT * FROM sales LIMIT 5"}' https://cubby.example.com/v1/sessions/$SESSION/query`;

const FIRST_LINES = `import { createClient } from "cubby/client";

const cubby = createClient({ baseUrl: "https://cubby.example.com", token });
const { session_id } = await cubby.api.createSession({ body: { platform: "api" } });
await cubby.upload(session_id, "uploads/sales.csv", file, { onProgress });
const { rows } = await cubby.api.query({ params: { session_id }, body: { sql: "SELECT * FROM sales LIMIT 5" } });`;

function introduction({ info }: Document): Html {
  return html`<section id="start"><h1>Cubby API</h1>${prose(info.description)}
<h2>The first three calls</h2><pre><code>${FIRST_CALLS}</code></pre>
<p>The same with the client for browsers, Node, React Native and edge runtimes:</p><pre><code>${FIRST_LINES}</code></pre>
<h2>What holds for every call</h2>
<ul class="rules">
<li><strong>Who calls</strong> stands in <code>Authorization: Bearer …</code>. A bot with a service's token says in <code>Cubby-User-Id</code> for whom.</li>
<li><strong>Lists</strong> are pages: <code>limit</code> of 1 to 100, and <code>cursor</code>, the <code>next_cursor</code> of the page before, until it is null.</li>
<li><strong>Failures</strong> are <a href="#schema-Problem">problem documents</a>. Switch on <code>code</code>: <a href="#problems">all of them</a>.</li>
<li><strong>Repeating a POST</strong> is safe with an <code>Idempotency-Key</code>; after 429 and 503 wait as long as <code>Retry-After</code> says.</li>
<li><strong>Versions</strong> are strong ETags, for <code>If-Match</code> and <code>If-None-Match</code> where a route names them.</li>
</ul></section>`;
}

function schemaSection({ components }: Document): Html {
  const schemas = Object.entries(components.schemas);
  return html`<section id="schemas"><h2>Schemas</h2>${schemas.map(
    ([name, schema]) => html`<article id="schema-${name}"><h3><a href="#schema-${name}">${name}</a></h3>
${prose(schema.description)}${propertyList(schema) ?? html`<p class="kind">${typeOf(schema)}</p>`}</article>`,
  )}</section>`;
}

function problemSection(): Html {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      html`<tr id="problem-${code}"><th scope="row"><code>${code}</code></th><td>${status}</td><td>${title}</td></tr>`,
  );
  return html`<section id="problems"><h2>Problems</h2><table><thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">means</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
