import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICES } from '../../scripts/lib/folders.mjs';
import { mayConnect } from './network.mjs';
import { namesSelected, ofKind, podLabels, workloads } from './objects.mjs';
import { renderAll } from './render.mjs';

const PORTS = [
  { name: 'http', port: 3000 },
  { name: 'metrics', port: 9464 },
  { name: 'redis', port: 6379 },
  { name: 'sentinel', port: 26379 },
  { name: 'dns', port: 53, protocol: 'UDP' },
  { name: 'dns by tcp', port: 53 },
  { name: 'otlp', port: 4318 },
  { name: 'otlp by grpc', port: 4317 },
  { name: 'https', port: 443 },
];

const OTHERS = [
  { name: 'ingress controller', namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx' } },
  { name: 'neighbour of the ingress controller', namespace: 'ingress-nginx', labels: {} },
  { name: 'monitoring', namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } },
  { name: 'dns server', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  { name: 'neighbour of the dns server', namespace: 'kube-system', labels: { 'k8s-app': 'metrics-server' } },
  { name: 'stranger', namespace: 'default', labels: { 'app.kubernetes.io/name': 'redis-chat' } },
  { name: 'pod of the same namespace', namespace: 'redis-chat', labels: { app: 'something' } },
  { name: 'private address', address: '10.1.2.3' },
  { name: 'internet', address: '93.184.215.14' },
];

/** Every `from -> to port` that one of ours has a part in and that is allowed. */
function connections(objects) {
  const ours = workloads(objects).map((workload) => ({
    name: workload.metadata.name,
    namespace: workload.metadata.namespace,
    labels: podLabels(workload),
  }));
  const all = [...ours, ...OTHERS];
  return all
    .flatMap((from) => all.map((to) => ({ from, to })))
    .filter(({ from, to }) => ours.includes(from) || ours.includes(to))
    .flatMap(({ from, to }) =>
      PORTS.filter((where) => mayConnect(objects, from, to, where)).map(
        ({ name }) => `${from.name} -> ${to.name} ${name}`,
      ),
    )
    .sort();
}

function expected(overlay, components) {
  const each = (more) => SERVICES.flatMap(more);
  return [
    'ingress controller -> gateway http',
    ...each((service) => [`${service} -> dns server dns`, `${service} -> dns server dns by tcp`]),
    ...(overlay === 'local'
      ? each((service) => `${service} -> redis redis`)
      : each((service) => [`${service} -> private address redis`, `${service} -> private address sentinel`])),
    ...(components.includes('monitoring') ? each((service) => `monitoring -> ${service} metrics`) : []),
    ...(components.includes('tracing')
      ? each((service) => [`${service} -> monitoring otlp`, `${service} -> monitoring otlp by grpc`])
      : []),
  ].sort();
}

for (const { name, overlay, components, objects } of renderAll()) {
  test(`${name}: exactly those who need it may talk to each other`, () => {
    assert.deepEqual(connections(objects), expected(overlay, components));
  });

  test(`${name}: every policy is about pods that are there`, () => {
    for (const { metadata, spec } of ofKind(objects, 'NetworkPolicy')) {
      assert.notDeepEqual(namesSelected(objects, spec.podSelector), [], metadata.name);
      if (spec.ingress) assert.ok(spec.policyTypes.includes('Ingress'), metadata.name);
      if (spec.egress) assert.ok(spec.policyTypes.includes('Egress'), metadata.name);
      // The evaluator takes ports by their numbers alone.
      const ports = [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap((rule) => rule.ports);
      for (const port of ports) assert.ok(Number.isInteger(port?.port) && !port.endPort, metadata.name);
    }
  });

  test(`${name}: without its policies everybody might talk to everybody`, () => {
    const open = objects.filter(({ kind }) => kind !== 'NetworkPolicy');
    assert.ok(connections(open).includes('internet -> auth metrics'));
    const denied = objects.filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name === 'default-deny');
    assert.deepEqual(connections(denied), []);
  });
}

test('an address is within its range but not within the exceptions', () => {
  const policy = {
    kind: 'NetworkPolicy',
    metadata: { name: 'out', namespace: 'here' },
    spec: {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } }], ports: [{ port: 6379 }] }],
    },
  };
  const pod = { name: 'pod', namespace: 'here', labels: {} };
  const reaches = (address, port = 6379) => mayConnect([policy], pod, { name: 'there', address }, { port });
  assert.equal(reaches('10.1.0.1'), true);
  assert.equal(reaches('10.9.0.1'), false);
  assert.equal(reaches('11.0.0.1'), false);
  assert.equal(reaches('10.1.0.1', 6380), false);
});
