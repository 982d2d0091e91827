import { registerHooks } from "node:module";
import { createOpenApi } from "../../shared/contract/openapi/document.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";

// openapi-typescript prints with TypeScript's own API, which its releases in Go do not have.
registerHooks({
  resolve: (specifier, context, next) => next(specifier === "typescript" ? "typescript-with-api" : specifier, context),
});

/** The contract's types as openapi-typescript makes them of the document, for a client that knows nothing of ours. */
const { default: openapiTS, astToString } = await import("openapi-typescript");
// What has a default may be left out of a body: `--default-non-nullable=false` on its command line.
const document = createOpenApi(Object.values(contract) as Route[], "0");
process.stdout.write(astToString(await openapiTS(JSON.stringify(document), { defaultNonNullable: false })));
