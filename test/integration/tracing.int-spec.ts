import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

interface Span {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
}

const spans: Span[] = [];
let collector: Server;
let redis: TestRedis;
let cluster: Cluster;

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
    for (const { resource, scopeSpans } of resourceSpans) {
      const named = resource.attributes.find(({ key }: { key: string }) => key === 'service.name');
      for (const span of scopeSpans.flatMap(({ spans: some }: { spans: Span[] }) => some)) {
        spans.push({ ...span, service: named.value.stringValue });
      }
    }
    response.setHeader('Content-Type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  redis = await startRedis();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '100' };
  cluster = await Cluster.start({ redis, env });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
  collector?.close();
});

it('follow a message from its receipt through stream and service to the relay on every gateway', async () => {
  const [pablo, joe] = [
    await Person.signIn(cluster.gateway(0).url, 'Pablo'),
    await Person.signIn(cluster.gateway(1).url, 'Joe'),
  ];
  const [a, b] = [await pablo.connect(), await joe.connect()];
  await a.say('0', 'traced');
  await b.hears('traced');
  const root = () => spans.find(({ name, parentSpanId }) => name === 'message' && !parentSpanId);
  // A gateway that has to catch up meanwhile does that as a part of it, too.
  const own = ['message', 'messages.append', 'relay'];
  const family = () => spans.filter(({ traceId, name }) => traceId === root()?.traceId && own.includes(name));
  const paths = () => {
    const byId = new Map(family().map((span) => [span.spanId, span]));
    const path = (span: Span): string => {
      const parent = byId.get(span.parentSpanId ?? '');
      return `${parent ? `${path(parent)} > ` : ''}${span.service.replace('redis-chat-', '')} ${span.name}`;
    };
    return family().map(path).sort();
  };
  const stored = 'gateway message > gateway messages.append > messages messages.append';
  await until(() => family().length >= 5, 'the spans');
  expect(paths()).toEqual(
    [
      'gateway message',
      'gateway message > gateway messages.append',
      stored,
      `${stored} > gateway relay`,
      `${stored} > gateway relay`,
    ].sort(),
  );
  await until(() => spans.some(({ name }) => name === 'POST /api/session'), 'the span of a request, by its route');
  expect(JSON.stringify(spans)).not.toMatch(/traced|Pablo|password/);
  for (const person of [pablo, joe]) person.leave();
});
