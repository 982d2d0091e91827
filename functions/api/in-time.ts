import { AppError } from "../../shared/errors.ts";

/** The function ends after 29 s, and then the gateway answers in its place, without a word that a client understands. */
const LAST_MOMENT_MS = 27_000;

/**
 * What `act` answers, or 503 when that does not come in time: an engine may be slow again and again within one request.
 * What was begun goes on, so nobody can be told that it came to nothing.
 */
export async function inTime<Value>(act: () => Promise<Value>, milliseconds = LAST_MOMENT_MS): Promise<Value> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new AppError("unavailable", "Cannot answer in time: look what became of it before you ask again"));
  }, milliseconds);
  try {
    return await Promise.race([act(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
