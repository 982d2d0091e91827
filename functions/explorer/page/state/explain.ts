import { CubbyError } from "../../../../shared/client/index.ts";

/** A failure in a person's words. The API's own sentences are written for people; only the network's are not. */
export function explain(error: unknown): string {
  if (error instanceof CubbyError) {
    if (error.status === 0) return "No connection. It goes on when you are online again.";
    if (error.status === 429) return "That was a lot at once. Wait a moment, then try again.";
    if (error.problem === undefined && error.status >= 500) return "The service did not answer. Try again in a moment.";
    return sentence(error.message);
  }
  if (error instanceof TypeError) return "No connection. It goes on when you are online again.";
  return error instanceof Error ? sentence(error.message) : String(error);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
