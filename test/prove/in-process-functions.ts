/**
 * Lambda and SQS for one world: the SDK clients are the real ones, and a middleware answers what the services would. An
 * invocation runs the function's own code in this process; a message waits until the proof has the queue deliver it.
 */
import { type InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { type SendMessageCommandInput, SQSClient } from "@aws-sdk/client-sqs";

const ANSWERED = { step: "initialize", name: "answered-in-process" } as const;

/** Runs `functions` by their names; one that throws is a FunctionError, as Lambda says it. */
export function lambdaInProcess(functions: Record<string, (event: never) => Promise<unknown>>): LambdaClient {
  const client = new LambdaClient({ maxAttempts: 1 });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as InvokeCommandInput;
      const run = functions[input.FunctionName ?? ""];
      if (context.commandName !== "InvokeCommand" || run === undefined) return next(args);
      const event = JSON.parse(Buffer.from(input.Payload as Uint8Array).toString("utf8"));
      const outcome = await run(event as never).then(
        (value) => ({ value }),
        (error: Error) => ({ value: { errorMessage: error.message }, FunctionError: "Unhandled" }),
      );
      const { value, ...failed } = outcome;
      const bytes = Buffer.from(JSON.stringify(value ?? null));
      const Payload = Object.assign(bytes, { transformToString: () => bytes.toString("utf8") });
      return { response: {}, output: { $metadata: {}, StatusCode: 200, Payload, ...failed } as never };
    },
    ANSWERED,
  );
  return client;
}

/** Hands every message that is sent to `keep`. */
export function sqsInProcess(keep: (body: string) => void): SQSClient {
  const client = new SQSClient({});
  client.middlewareStack.add(
    () => async (args) => {
      keep((args.input as SendMessageCommandInput).MessageBody ?? "");
      return { response: {}, output: { $metadata: {}, MessageId: "in-process" } as never };
    },
    ANSWERED,
  );
  return client;
}
