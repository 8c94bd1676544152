type Write = (fields: object, message: string) => void;

/** What the transport logs to; pino fits. */
export interface StreamsLogger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

const nothing: Write = () => undefined;
export const SILENT: StreamsLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
