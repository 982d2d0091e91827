import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { AppError } from "../errors.ts";
import { tracedIds } from "../trace.ts";

/**
 * Calls another function and waits for its answer. A FunctionError (thrown, timed out, killed) becomes
 * `unavailable`; when `signal` fires, only the waiting ends, not the function.
 */
export async function invoke<Answer>(
  lambda: LambdaClient,
  functionName: string,
  request: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const command = new InvokeCommand({ FunctionName: functionName, Payload: toPayload(request) });
  const answer = await lambda.send(command, signal === undefined ? {} : { abortSignal: signal });
  const payload = answer.Payload?.transformToString() ?? "null";
  if (answer.FunctionError !== undefined) {
    throw new AppError("unavailable", `Cannot finish the call of ${functionName}: it failed`, {
      cause: new Error(payload.slice(0, 2000)),
    });
  }
  return JSON.parse(payload) as Answer;
}

/** Hands another function its work and does not wait: Lambda keeps the event, and tries again when the function fails. */
export async function invokeLater(lambda: LambdaClient, functionName: string, request: object): Promise<void> {
  const Payload = toPayload(request);
  await lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: "Event", Payload }));
}

/** Puts one JSON message on a queue. */
export async function sendMessage(sqs: SQSClient, queueUrl: string, message: object): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: toPayload(message) }));
}

/** With the request that it is for, so that the logs of both functions can be read together. */
function toPayload(message: object): string {
  const { request_id } = tracedIds();
  return JSON.stringify({ ...message, request_id });
}
