import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson } from "../http.ts";
import { ACCOUNT_ID } from "../gateway/http-event.ts";
import type { ParameterFile } from "./retention-file.ts";

const MAX_REQUEST_BYTES = 16_384;
const prefix = "AmazonSSM.";
const headers = { "content-type": "application/x-amz-json-1.1" };

/**
 * Systems Manager's AWS JSON 1.1 protocol, for reading the one parameter that there is. Answers false for a request
 * that is not one of SSM's.
 */
export async function answerSsm(
  { file, region }: { file: ParameterFile; region: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const target = request.headers["x-amz-target"];
  if (request.method !== "POST" || typeof target !== "string" || !target.startsWith(prefix)) return false;
  const operation = target.slice(prefix.length);
  if (operation !== "GetParameter") return refuse(response, "UnknownOperationException", `Not here: ${operation}`);
  const body = await readBody(request, MAX_REQUEST_BYTES);
  const { Name } = JSON.parse(body?.toString("utf8") || "{}") as { Name?: unknown };
  const found = Name === file.name ? file.find() : undefined;
  if (found === undefined) return refuse(response, "ParameterNotFound", "");
  const Parameter = {
    ARN: `arn:aws:ssm:${region}:${ACCOUNT_ID}:parameter${file.name}`,
    Name: file.name,
    Type: "String",
    DataType: "text",
    Value: found.value,
    Version: 1,
    LastModifiedDate: found.modifiedAt.getTime() / 1000,
  };
  sendJson(response, 200, { Parameter }, headers);
  return true;
}

function refuse(response: ServerResponse, type: string, message: string): true {
  sendJson(response, 400, { __type: type, message }, headers);
  return true;
}
