import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, ofKind } from './objects.mjs';
import { render, renderAll } from './render.mjs';
import { problems } from './schema.mjs';

for (const { name, objects } of renderAll()) {
  test(`${name}: every object is what its schema says, without unknown fields`, () => {
    assert.ok(objects.length > 20);
    for (const object of objects) assert.deepEqual(problems(object), [], `${object.kind} ${object.metadata.name}`);
  });

  test(`${name}: no object twice, all of them in one namespace`, () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    assert.deepEqual([...new Set(names)], names);
    for (const { kind, metadata } of objects) {
      if (kind !== 'Namespace') assert.equal(metadata.namespace, 'redis-chat', `${kind} ${metadata.name}`);
      assert.equal(metadata.labels?.['app.kubernetes.io/part-of'], 'redis-chat', `${kind} ${metadata.name}`);
    }
  });
}

const objects = render('local', ['monitoring']);

const mistakes = {
  'a misspelt field of a container': [
    'Deployment',
    (o) => (o.spec.template.spec.containers[0].imagePullPolcy = 'Never'),
  ],
  'a misspelt field of a probe': [
    'Deployment',
    (o) => (o.spec.template.spec.containers[0].livenessProbe.periodSecond = 3),
  ],
  'a misspelt field of a pod': ['StatefulSet', (o) => (o.spec.template.spec.enableServiceLink = false)],
  'a misspelt field of the metadata': ['Service', (o) => (o.metadata.lables = {})],
  'an unknown field at the top': ['ConfigMap', (o) => (o.spec = {})],
  'a field at the wrong place': ['NetworkPolicy', (o) => (o.ports = [{ port: 3000 }])],
  'a port as text': ['Deployment', (o) => (o.spec.template.spec.containers[0].ports[0].containerPort = '3000')],
  'a number in a map of texts': ['ConfigMap', (o) => (o.data.PORT = 3000)],
  'a bad quantity': ['Deployment', (o) => (o.spec.template.spec.containers[0].resources.limits.memory = 'much')],
  'a field left out': ['HorizontalPodAutoscaler', (o) => delete o.spec.scaleTargetRef],
  'a misspelt field of a custom resource': ['PodMonitor', (o) => (o.spec.podMetricsEndpoints[0].pth = '/metrics')],
};
for (const [what, [kind, spoil]] of Object.entries(mistakes)) {
  test(`${what} is found`, () => {
    const spoilt = structuredClone(ofKind(objects, kind)[0]);
    spoil(spoilt);
    assert.equal(problems(spoilt).length, 1, problems(spoilt).join('; '));
  });
}

test('an object of no known kind is no object', () => {
  assert.ok(find(objects, 'Deployment', 'gateway'));
  assert.throws(() => problems({ apiVersion: 'apps/v1', kind: 'Deploymint' }));
});
