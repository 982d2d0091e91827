import { AppError } from "../../errors.ts";
import { queryLimits } from "./limits.ts";

/** The child answers it when it reaches the limit; so does the parent, should a child go on sending. */
export function resultTooLarge(maxBytes: number): AppError {
  return new AppError(
    "result_too_large",
    `Cannot answer: the result is larger than ${maxBytes} bytes; ask for fewer rows with "limit", select fewer columns, or aggregate`,
    { details: { max_bytes: maxBytes } },
  );
}

/** The same, where a file may still hold it. */
export function tooLargeInline(maxBytes: number): AppError {
  return new AppError(
    "result_too_large",
    `Cannot answer inline: the result is larger than ${maxBytes} bytes; ask for fewer rows with "limit", or for a file with "output"`,
    { details: { max_bytes: maxBytes } },
  );
}

/** Names can come out of the data, by way of a pivot: they are as large as that. */
export function tooManyColumns(): AppError {
  const { columnsBytes } = queryLimits;
  return new AppError(
    "result_too_large",
    `Cannot answer: the names and types of the columns take more than ${columnsBytes} bytes; select fewer columns, or shorten their names`,
    { details: { max_bytes: columnsBytes } },
  );
}
