/**
 * Faults on the wire, put between the real SDK clients and the real engines: what AWS does on a bad day and no engine
 * on this machine does by itself.
 */
import type { BatchWriteCommandInput, BatchWriteCommandOutput } from "@aws-sdk/lib-dynamodb";
import type { DeleteObjectsCommandInput, DeleteObjectsCommandOutput } from "@aws-sdk/client-s3";
import type { StorageClients } from "../../shared/aws/clients.ts";

/** Stays in place until it is told to stop; `count` says how often it struck. */
export interface Fault {
  count: number;
  stop(): void;
}

/** DeleteObjects answers 200, but says of the keys that match that they could not be removed, and leaves them. */
export function refuseKeys({ s3 }: StorageClients, isRefused: (key: string) => boolean): Fault {
  const fault = { count: 0, stop: () => s3.middlewareStack.remove("refuse-keys") };
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== "DeleteObjectsCommand") return next(args);
      const input = args.input as DeleteObjectsCommandInput;
      const objects = input.Delete?.Objects ?? [];
      const refused = objects.filter(({ Key }) => isRefused(Key ?? ""));
      fault.count += refused.length;
      const taken = objects.filter((object) => !refused.includes(object));
      const Errors = refused.map(({ Key }) => ({
        Key,
        Code: "InternalError",
        Message: "We encountered an internal error",
      }));
      if (taken.length === 0) return { response: {}, output: { $metadata: {}, Errors } as never };
      const answer = await next({ ...args, input: { ...input, Delete: { ...input.Delete, Objects: taken } } as never });
      const output = answer.output as DeleteObjectsCommandOutput;
      return { ...answer, output: { ...output, Errors: [...(output.Errors ?? []), ...Errors] } as never };
    },
    { step: "initialize", name: "refuse-keys" },
  );
  return fault;
}

/** BatchWriteItem does the first half and hands the rest back, as a table does that is being throttled. */
export function leaveUnprocessed({ dynamo }: StorageClients, times: number): Fault {
  const fault = { count: 0, stop: () => dynamo.middlewareStack.remove("leave-unprocessed") };
  dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as BatchWriteCommandInput;
      if (context.commandName !== "BatchWriteItemCommand" || fault.count >= times) return next(args);
      fault.count++;
      const [[name, requests = []] = ["", []]] = Object.entries(input.RequestItems ?? {});
      const half = Math.floor(requests.length / 2);
      const rest = { [name]: requests.slice(half) };
      if (half === 0) return { response: {}, output: { $metadata: {}, UnprocessedItems: rest } as never };
      const answer = await next({
        ...args,
        input: { ...input, RequestItems: { [name]: requests.slice(0, half) } } as never,
      });
      const output = answer.output as BatchWriteCommandOutput;
      return { ...answer, output: { ...output, UnprocessedItems: rest } as never };
    },
    { step: "initialize", name: "leave-unprocessed", priority: "low" },
  );
  return fault;
}

/** The service answers every n-th request with what it says to callers that are too fast. The SDK tries again. */
export function throttle(client: StorageClients["s3"] | StorageClients["dynamo"], everyNth: number): Fault {
  const fault = { count: 0, stop: () => client.middlewareStack.remove("throttle") };
  let requests = 0;
  (client as StorageClients["s3"]).middlewareStack.add(
    (next) => async (args) => {
      requests++;
      if (requests % everyNth !== 0) return next(args);
      fault.count++;
      const error = new Error("Please reduce your request rate");
      throw Object.assign(error, {
        name: "SlowDown",
        $fault: "client",
        $retryable: { throttling: true },
        $metadata: {},
      });
    },
    // Behind the retries, so that it is one attempt that fails and not the call.
    { step: "finalizeRequest", name: "throttle", priority: "low" },
  );
  return fault;
}

/** Does something of the test's right after a command has been answered: the moment at which races happen. */
export function afterCommand(
  client: StorageClients["s3"] | StorageClients["dynamo"],
  isWanted: (commandName: string, input: object) => boolean,
  act: () => Promise<void>,
): Fault {
  const fault = { count: 0, stop: () => client.middlewareStack.remove("after-command") };
  (client as StorageClients["s3"]).middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (fault.count === 0 && isWanted(context.commandName ?? "", args.input)) {
        fault.count++;
        await act();
      }
      return answer;
    },
    { step: "initialize", name: "after-command" },
  );
  return fault;
}

/** An index answers each question as it did the first time: it follows its table by and by. */
export function freezeIndexes({ dynamo }: StorageClients): Fault {
  const fault = { count: 0, stop: () => dynamo.middlewareStack.remove("freeze-indexes") };
  const seen = new Map<string, unknown>();
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const question = JSON.stringify(args.input);
      if (!question.includes('"IndexName"')) return next(args);
      const answer = seen.get(question) ?? (await next(args));
      if (seen.has(question)) fault.count++;
      seen.set(question, answer);
      return answer as Awaited<ReturnType<typeof next>>;
    },
    { step: "initialize", name: "freeze-indexes" },
  );
  return fault;
}

/**
 * The n-th command to either engine fails for good, and with it every repetition of the SDK's: before it reached the
 * engine, or after the engine did it and the answer was lost.
 */
export function failCommand({ s3, dynamo }: StorageClients, nth: number, when: "before" | "after"): Fault {
  const stacks = [s3.middlewareStack, dynamo.middlewareStack as unknown as StorageClients["s3"]["middlewareStack"]];
  const fault = { count: 0, stop: () => stacks.forEach((stack) => void stack.remove("fail-command")) };
  let commands = 0;
  for (const stack of stacks) {
    stack.add(
      (next) => async (args) => {
        commands++;
        if (commands !== nth) return next(args);
        fault.count++;
        if (when === "after") await next(args);
        throw Object.assign(new Error("We encountered an internal error"), { name: "InternalError", $fault: "server" });
      },
      { step: "initialize", name: "fail-command" },
    );
  }
  return fault;
}
