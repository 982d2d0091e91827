import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { LOOPBACK, listen, sendJson } from "./http.ts";
import { answerInvoke } from "./lambda/invoke-api.ts";
import type { LocalFunctions } from "./lambda/functions.ts";
import type { ParameterFile } from "./parameters/retention-file.ts";
import { answerSsm } from "./parameters/ssm-api.ts";
import { answerSqs, type SqsQueue } from "./queue/sqs-api.ts";

/** What stands behind the services' address; set once it exists, as the functions have to know the address first. */
export interface ServicesBackend {
  functions: LocalFunctions;
  queue: SqsQueue;
  parameters: { file: ParameterFile; region: string };
}

/** The host's own Lambda, SQS and SSM endpoints, all at one address. */
export interface Services {
  url: string;
  server: Server;
  attach(backend: ServicesBackend): void;
}

/** Listens for SDK clients that sign with `accessKeyId`; a function without credentials gets nowhere. */
export async function startServices(accessKeyId: string, log: (line: string) => void): Promise<Services> {
  let backend: ServicesBackend | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.headers.authorization?.includes(`Credential=${accessKeyId}/`)) {
      const message = "The security token included in the request is invalid.";
      return sendJson(response, 403, { __type: "UnrecognizedClientException", message, Message: message });
    }
    if (backend === undefined) return sendJson(response, 503, { __type: "ServiceUnavailable", message: "Starting" });
    if (await answerInvoke(backend.functions, request, response)) return;
    if (await answerSqs(backend.queue, request, response)) return;
    if (await answerSsm(backend.parameters, request, response)) return;
    const message = `The local host does not know ${request.method} ${request.url}`;
    sendJson(response, 404, { __type: "UnknownOperationException", message, Message: message });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(`Cannot answer ${request.method} ${request.url}: ${String(error)}`);
      if (!response.headersSent) sendJson(response, 500, { __type: "InternalFailure", message: "Internal failure" });
    });
  });
  const port = await listen(server, 0);
  return {
    url: `http://${LOOPBACK}:${port}`,
    server,
    attach(attached) {
      backend = attached;
    },
  };
}
