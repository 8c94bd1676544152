import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICES } from '../../scripts/lib/folders.mjs';
import { containers, find, namesSelected, ofKind, podLabels, selected, selects, workloads } from './objects.mjs';
import { renderAll } from './render.mjs';
import { environment, numberByDefault } from './settings.mjs';

for (const { name, overlay, components, objects } of renderAll()) {
  test(`${name}: every selector takes the pods that it is meant for`, () => {
    for (const { metadata, spec } of workloads(objects)) {
      assert.deepEqual(namesSelected(objects, spec.selector), [metadata.name]);
    }
    for (const { metadata, spec } of ofKind(objects, 'Service')) {
      const [workload, ...others] = selected(objects, { matchLabels: spec.selector });
      assert.equal(workload.metadata.name, metadata.name);
      assert.deepEqual(others, []);
      const ports = containers(workload).flatMap((container) => container.ports.map((port) => port.name));
      for (const { targetPort } of spec.ports) assert.ok(ports.includes(targetPort), targetPort);
    }
    for (const { spec } of ofKind(objects, 'StatefulSet'))
      assert.equal(find(objects, 'Service', spec.serviceName).spec.clusterIP, 'None');
  });

  test(`${name}: the four services, each scaled by an autoscaler to two at least and by nobody else`, () => {
    const deployments = ofKind(objects, 'Deployment');
    assert.deepEqual(deployments.map(({ metadata }) => metadata.name).sort(), SERVICES);
    const autoscalers = ofKind(objects, 'HorizontalPodAutoscaler');
    assert.deepEqual(autoscalers.map(({ spec }) => spec.scaleTargetRef.name).sort(), SERVICES);
    for (const { spec } of autoscalers) {
      const { apiVersion, kind, name } = spec.scaleTargetRef;
      const target = find(objects, kind, name);
      assert.equal(target.apiVersion, apiVersion);
      assert.equal(target.spec.replicas, undefined);
      const least = overlay === 'production' && name === 'gateway' ? 3 : 2;
      assert.equal(spec.minReplicas, least);
      assert.ok(spec.maxReplicas > spec.minReplicas);
    }
  });

  test(`${name}: gateways scale by ${components.includes('connections-hpa') ? 'connections' : 'CPU'}, the others by CPU`, () => {
    for (const { metadata, spec } of ofKind(objects, 'HorizontalPodAutoscaler')) {
      const byConnections = metadata.name === 'gateway' && components.includes('connections-hpa');
      const cpu = {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      };
      const connections = {
        type: 'Pods',
        pods: { metric: { name: 'chat_connections' }, target: { type: 'AverageValue', averageValue: '5000' } },
      };
      assert.deepEqual(spec.metrics, [byConnections ? connections : cpu]);
    }
  });

  test(`${name}: a drain of nodes takes one pod of a service at a time and never its last`, () => {
    const budgets = ofKind(objects, 'PodDisruptionBudget');
    assert.equal(budgets.length, SERVICES.length);
    for (const deployment of ofKind(objects, 'Deployment')) {
      const mine = budgets.filter(({ spec }) => selects(spec.selector, podLabels(deployment)));
      assert.equal(mine.length, 1);
      assert.deepEqual(namesSelected(objects, mine[0].spec.selector), [deployment.metadata.name]);
      const { spec } = find(objects, 'HorizontalPodAutoscaler', deployment.metadata.name);
      assert.equal(mine[0].spec.maxUnavailable, 1);
      assert.ok(mine[0].spec.maxUnavailable < spec.minReplicas);
    }
  });

  test(`${name}: the ingress leads to the gateway's HTTP port, sticks, and waits long enough`, () => {
    const [{ metadata, spec }] = ofKind(objects, 'Ingress');
    assert.equal(spec.rules.length, 1);
    const [{ host, http }] = spec.rules;
    assert.match(host, /^chat\./);
    assert.equal(http.paths.length, 1);
    const { service } = http.paths[0].backend;
    const { ports } = find(objects, 'Service', service.name).spec;
    assert.deepEqual(ports, [{ name: service.port.name, port: 80, targetPort: 'http' }]);
    const annotation = (key) => metadata.annotations[`nginx.ingress.kubernetes.io/${key}`];
    assert.equal(annotation('affinity'), 'cookie');
    assert.equal(annotation('proxy-read-timeout'), '3600');
    assert.equal(annotation('proxy-send-timeout'), '3600');
    assert.equal(annotation('proxy-body-size'), '1m');
    assert.ok(2 ** 20 >= numberByDefault('SOCKET_MESSAGE_BYTES'));
    assert.ok(2 ** 20 >= numberByDefault('BODY_LIMIT_BYTES'));
    const [container] = containers(find(objects, 'Deployment', 'gateway'));
    const { PUBLIC_URL } = environment(objects, container);
    // On one's own machine one comes through a forwarded port too.
    if (overlay !== 'production') assert.equal(PUBLIC_URL, undefined);
    if (overlay === 'production') {
      assert.equal(PUBLIC_URL, `https://${host}`);
      assert.deepEqual(spec.tls, [{ secretName: 'redis-chat-tls', hosts: [host] }]);
      assert.equal(annotation('force-ssl-redirect'), 'true');
    }
  });

  if (components.includes('monitoring')) {
    test(`${name}: the monitor finds the metrics of every service`, () => {
      const [{ spec }] = ofKind(objects, 'PodMonitor');
      const found = selected(objects, spec.selector);
      assert.deepEqual(found.map(({ metadata }) => metadata.name).sort(), SERVICES);
      for (const { port } of spec.podMetricsEndpoints)
        for (const [container] of found.map(containers)) assert.ok(container.ports.some((each) => each.name === port));
      const dashboards = find(objects, 'ConfigMap', 'redis-chat-dashboards');
      assert.equal(dashboards.metadata.labels.grafana_dashboard, '1');
      for (const text of Object.values(dashboards.data)) assert.ok(JSON.parse(text).title);
    });
  }
}
