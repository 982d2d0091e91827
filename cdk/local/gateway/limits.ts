/**
 * What API Gateway (HTTP API) and Lambda refuse, so that nothing works on a desk that fails on AWS.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */

/** Largest request body. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Request line and header values together. */
export const MAX_HEADER_BYTES = 10_240;

/** How long API Gateway waits for a function. The function itself may go on. */
export const INTEGRATION_TIMEOUT_MILLISECONDS = 30_000;
