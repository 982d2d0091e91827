import { problems } from "../../../../shared/contract/problems.ts";

/** What came back, whatever it was. */
export interface Answered {
  status: number;
  type: string;
  text: string;
  /** Where it is JSON. */
  body: Record<string, unknown>;
}

export async function toAnswered(response: Response): Promise<Answered> {
  const text = await response.text();
  return answeredBy(response.status, response.headers.get("content-type") ?? "", text);
}

export function answeredBy(status: number, type: string, text: string): Answered {
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // told by whoever needs it
  }
  return { status, type, text, body };
}

/** What no answer may be: an error of ours, or a refusal that does not say in a problem document what is wrong. */
export function faultOf({ status, type, text, body }: Answered): string | undefined {
  if (status >= 500) return `it was answered ${status} ${text.slice(0, 300)}`;
  if (status < 400) return undefined;
  const { code, detail } = body;
  const isKnown = typeof code === "string" && code in problems && code !== "internal";
  const isReason = typeof detail === "string" && detail.trim().length >= 12;
  if (type.startsWith("application/problem+json") && body.status === status && isKnown && isReason) return undefined;
  return `it was refused by ${status} "${type}" without a reason: ${text.slice(0, 300)}`;
}

/** Of an answer that has to be a refusal with this code and these words. */
export function faultOfRefusal(answered: Answered, code: string, says = ""): string | undefined {
  const fault = faultOf(answered);
  if (fault !== undefined) return fault;
  const { code: found, detail } = answered.body;
  const isIt = found === code && String(detail).includes(says);
  return isIt
    ? undefined
    : `to be refused by ${code} "${says}", and it was ${answered.status} ${found} "${detail ?? ""}"`;
}
