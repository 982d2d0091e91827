import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Authenticate } from "../../shared/identity/authenticate.ts";
import type { Namespaces } from "../../shared/identity/namespaces.ts";
import type { Log } from "../../shared/log.ts";
import type { FunctionMetrics } from "../../shared/metrics.ts";
import type { EndSessionDeps } from "../../shared/sessions/end-session.ts";
import type { Statistics } from "../../shared/sessions/session-statistics.ts";
import type { Stores } from "../../shared/stores.ts";

/** Everything the API needs, built once in `handler.ts`. */
export interface ApiDeps extends Stores, Pick<EndSessionDeps, "onSessionEnded"> {
  log: Log;
  metrics: FunctionMetrics;
  authenticate: Authenticate;
  namespaces: Namespaces;
  statistics: Statistics;
  lambda: LambdaClient;
  sqs: SQSClient;
  convertFunction: string;
  queryFunction: string;
  archiveFunction: string;
  conversionQueueUrl: string;
  guestsAllowed: boolean;
  version: string;
  limits: Limits;
}

/** Sizes that the API enforces itself; each is named in the answer that refuses something. */
export interface Limits {
  inlineUploadBytes: number;
  jsonBodyBytes: number;
  maxFiles: number;
}

/**
 * 4 MiB inline: API Gateway takes 10 MB, but Lambda takes 6 MiB of JSON, in which a body stands as base64 beside the
 * headers; about 4.7 million bytes are left, and we publish a round number below that.
 */
export const defaultLimits: Limits = {
  inlineUploadBytes: 4 * 1024 * 1024,
  // Six bytes of JSON for each of 256 KB, should a history entry consist of control characters, and its metadata.
  jsonBodyBytes: 2 * 1024 * 1024,
  maxFiles: 1000,
};
