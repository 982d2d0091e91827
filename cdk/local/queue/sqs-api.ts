import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson } from "../http.ts";
import { md5, type QueueStore, type StoredMessage } from "./queue-store.ts";

/** SQS takes messages of up to 1 MiB. */
const MAX_MESSAGE_BYTES = 1_048_576;

const prefix = "AmazonSQS.";

/** The one queue, as the SQS endpoint shows it. */
export interface SqsQueue {
  name: string;
  url: string;
  arn: string;
  visibilityTimeoutSeconds: number;
  store: QueueStore;
  /** Called after messages were sent. */
  onSent(): void;
}

type Input = Record<string, unknown>;

class SqsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** SQS's AWS JSON 1.0 protocol, for the operations that we use. Answers false for a request that is not one. */
export async function answerSqs(queue: SqsQueue, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const target = request.headers["x-amz-target"];
  if (request.method !== "POST" || typeof target !== "string" || !target.startsWith(prefix)) return false;
  const headers = { "content-type": "application/x-amz-json-1.0" };
  const body = await readBody(request, 2 * MAX_MESSAGE_BYTES);
  try {
    if (body === undefined) throw new SqsError("InvalidParameterValue", "The request is too long.");
    const input = JSON.parse(body.toString("utf8")) as Input;
    sendJson(response, 200, operate(queue, target.slice(prefix.length), input), headers);
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    const answer = { __type: `com.amazonaws.sqs#${error.code}`, message: error.message };
    sendJson(response, 400, answer, headers);
  }
  return true;
}

function operate(queue: SqsQueue, operation: string, input: Input): object {
  if (operation === "GetQueueUrl") {
    if (input.QueueName !== queue.name) throw new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
    return { QueueUrl: queue.url };
  }
  if (input.QueueUrl !== queue.url) throw new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
  switch (operation) {
    case "SendMessage": {
      const sent = send(queue, input);
      queue.onSent();
      return sent;
    }
    case "SendMessageBatch":
      return sendBatch(queue, input);
    case "ReceiveMessage":
      return receive(queue, input);
    case "DeleteMessage":
      queue.store.remove(String(input.ReceiptHandle));
      return {};
    case "GetQueueAttributes":
      return { Attributes: attributesOf(queue) };
    default:
      throw new SqsError("UnsupportedOperation", `The local queue does not know ${operation}.`);
  }
}

function send(queue: SqsQueue, input: Input): { MessageId: string; MD5OfMessageBody: string } {
  const body = input.MessageBody;
  if (typeof body !== "string" || body === "") {
    throw new SqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  }
  if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) {
    const message = `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_MESSAGE_BYTES} bytes.`;
    throw new SqsError("InvalidParameterValue", message);
  }
  const MessageId = queue.store.send(body, {
    now: Date.now(),
    delaySeconds: Number(input.DelaySeconds ?? 0),
    attributes: toEventAttributes(input.MessageAttributes),
  });
  return { MessageId, MD5OfMessageBody: md5(body) };
}

function sendBatch(queue: SqsQueue, input: Input): object {
  const entries = Array.isArray(input.Entries) ? (input.Entries as Input[]) : [];
  if (entries.length === 0) throw new SqsError("EmptyBatchRequest", "The batch has no entries.");
  if (entries.length > 10) throw new SqsError("TooManyEntriesInBatchRequest", "At most 10 entries make a batch.");
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...send(queue, entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  queue.onSent();
  return { Successful, Failed };
}

function receive(queue: SqsQueue, input: Input): object {
  const max = Number(input.MaxNumberOfMessages ?? 1);
  const visibility = Number(input.VisibilityTimeout ?? queue.visibilityTimeoutSeconds);
  const { messages } = queue.store.receive(max, Date.now(), visibility);
  return { Messages: messages.map(toReceived) };
}

function toReceived(message: StoredMessage): object {
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: { ApproximateReceiveCount: String(message.receiveCount), SentTimestamp: String(message.sentAt) },
  };
}

function attributesOf(queue: SqsQueue): Record<string, string> {
  const { visible, inFlight } = queue.store.counts(Date.now());
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: "0",
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
  };
}

/** The API spells attributes in capitals, the Lambda event does not. */
function toEventAttributes(attributes: unknown): Record<string, unknown> {
  if (typeof attributes !== "object" || attributes === null) return {};
  return Object.fromEntries(
    Object.entries(attributes as Record<string, Input>).map(([name, value]) => [
      name,
      { stringValue: value.StringValue, binaryValue: value.BinaryValue, dataType: value.DataType },
    ]),
  );
}
