import { tracingStarted } from '@app/streams';
import { ConfigError } from './config';

/** The standard variables that name a collector. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/**
 * Sends spans to an OpenTelemetry collector when the standard variables name one (OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, over HTTP); OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the rest are heeded too.
 * @param service its name where OTEL_SERVICE_NAME gives none
 * @returns sends what is left, before the process ends
 * @throws ConfigError for a collector whose address is none
 */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  const { env } = process;
  const given = ENDPOINTS.find((name) => env[name]);
  if (given === undefined || env.OTEL_SDK_DISABLED === 'true') return async () => undefined;
  const address = env[given] ?? '';
  if (!/^https?:/i.test(address) || !URL.canParse(address)) {
    throw new ConfigError(`${given} must be the address of a collector, like http://collector:4318`);
  }
  // Loaded only by those who want it.
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const named = resources.resourceFromAttributes({ 'service.name': `redis-chat-${service}` });
  const detected = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(named).merge(detected),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  tracingStarted();
  return () => provider.shutdown().catch(() => undefined);
}
