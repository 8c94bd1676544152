import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('redis-chat');
let isOn = false;

/** To be called once spans go somewhere; before, nothing here costs anything. */
export function tracingStarted(): void {
  isOn = true;
}

/** Whether anybody is told of spans. */
export function isTracing(): boolean {
  return isOn;
}

/** The span that this runs in, as a W3C `traceparent` for its child spans elsewhere; undefined while tracing is off. */
export function currentSpan(): string | undefined {
  if (!isOn) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** What a span is of: a request from outside, a call to a service, or work and news taken from Redis. */
export type SpanOf = 'request' | 'call' | 'work';
const KINDS = { request: SpanKind.SERVER, call: SpanKind.CLIENT, work: SpanKind.CONSUMER };

/**
 * Runs `fn` in a span, with all that it starts; gives and throws what `fn` does.
 * @param name of low cardinality: never a user's text
 * @param parent a `traceparent`; by default the span that this runs in
 */
export async function traced<T>(name: string, of: SpanOf, fn: () => T | Promise<T>, parent?: string): Promise<T> {
  if (!isOn) return fn();
  const above = parent ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : context.active();
  const span = tracer.startSpan(name, { kind: KINDS[of] }, above);
  try {
    return await context.with(trace.setSpan(above, span), fn);
  } catch (error) {
    span.setStatus(failureOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** A span that nothing runs in. */
export interface OpenSpan {
  /** For its child spans, as a W3C `traceparent`. */
  readonly traceparent: string | undefined;
  /** @param error what its work failed with */
  end(error?: unknown): void;
}

/** As `traced`, for one of several that are done together; undefined while tracing is off. */
export function openSpan(name: string, of: SpanOf, parent?: string): OpenSpan | undefined {
  if (!isOn) return undefined;
  const above = parent ? propagation.extract(ROOT_CONTEXT, { traceparent: parent }) : context.active();
  const span = tracer.startSpan(name, { kind: KINDS[of] }, above);
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(above, span), carrier);
  return {
    traceparent: carrier.traceparent,
    end(error) {
      if (error !== undefined) span.setStatus(failureOf(error));
      span.end();
    },
  };
}

/** The error's name alone: its message may quote a user's text. */
const failureOf = (error: unknown) => ({
  code: SpanStatusCode.ERROR,
  message: error instanceof Error ? error.name : 'error',
});

/** Renames the span that this runs in, once it is known what it is. */
export function nameSpan(name: string): void {
  if (isOn) trace.getActiveSpan()?.updateName(name);
}
