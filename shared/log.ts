import { Logger } from "@aws-lambda-powertools/logger";

/** One structured line per call. Never file contents, SQL or tokens. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  /** `fields.error` may be an Error: its stack is logged. */
  error(message: string, fields?: Record<string, unknown>): void;
}

/** JSON lines on standard output, where CloudWatch reads them. */
export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
