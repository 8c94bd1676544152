import { tracingStarted } from '@app/streams';

/**
 * Sends spans to an OpenTelemetry collector when the standard variables name one (OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, over HTTP); OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the rest are heeded too.
 * @param service its name where OTEL_SERVICE_NAME gives none
 * @returns sends what is left, before the process ends
 */
export async function startTracing(service: string): Promise<() => Promise<void>> {
  const { env } = process;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_SDK_DISABLED === 'true') return async () => undefined;
  // Loaded only by those who want it.
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const named = resources.resourceFromAttributes({ 'service.name': `redis-chat-${service}` });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(named).merge(given),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  tracingStarted();
  return () => provider.shutdown().catch(() => undefined);
}
