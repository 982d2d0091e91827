/**
 * `npm run docs:client`: the client's documentation from its docstrings, as pages in `dist/client-docs`. Ends non-zero
 * when a type that callers meet is not exported, or a link leads nowhere; that all has its words is a unit test.
 */
import { registerHooks } from "node:module";

// typedoc reads types by TypeScript's own API, which its releases in Go do not have.
registerHooks({
  resolve: (specifier, context, next) => next(specifier.replace(/^typescript(?=$|\/)/, "typescript-with-api"), context),
});

const { Application } = await import("typedoc");
const application = await Application.bootstrap({
  name: "cubby/client",
  entryPoints: ["shared/client/index.ts", "shared/client/disk-file.ts"],
  ...{ out: "dist/client-docs", readme: "shared/client/build/README.md", githubPages: false, disableSources: true },
  ...{ excludePrivate: true, sort: ["source-order"], logLevel: "Warn" },
  // What the compiler works out of the contract; its results are what is shown.
  intentionallyNotExported: [
    "Contract",
    "OutputOf",
    "WithParams",
    "WithQuery",
    "WithBody",
    "archiveRequest",
    "ExportQuery",
  ],
  validation: { notExported: true, invalidLink: true, notDocumented: false },
});
const project = await application.convert();
if (project === undefined) throw new Error("Cannot document the client: its types do not compile");
application.validate(project);
await application.generateOutputs(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1;
