import { Logger } from "@aws-lambda-powertools/logger";
import { tracedIds } from "./trace.ts";

/** One structured line per call. Never file contents, names of files, SQL or tokens. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  /** `fields.error` may be an Error: its stack is logged. */
  error(message: string, fields?: Record<string, unknown>): void;
}

/**
 * JSON lines on standard output, where CloudWatch reads them, each with the ids of the call that it is about. Level and
 * sampling are the stage's: `POWERTOOLS_LOG_LEVEL`, and the share of calls that log everything nevertheless,
 * `POWERTOOLS_LOGGER_SAMPLE_RATE`.
 */
export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName });
  return {
    info: (message, fields) => logger.info(message, { ...tracedIds(), ...fields }),
    warn: (message, fields) => logger.warn(message, { ...tracedIds(), ...fields }),
    error: (message, fields) => logger.error(message, { ...tracedIds(), ...fields }),
  };
}
