import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVICES } from '../../scripts/lib/folders.mjs';
import { containers, ofKind, podLabels, podSpec, quantity, selected, selects, workloads } from './objects.mjs';
import { renderAll } from './render.mjs';
import { environment, numberByDefault } from './settings.mjs';

/** What the restricted standard lets a pod mount. */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** A service gives up by itself so long after its periods of grace (libs/service/src/run.ts). */
const OWN_LIMIT_MS = 2000;
const SLACK_MS = 2000;

for (const { name, objects } of renderAll()) {
  test(`${name}: the namespace asks for restricted pods`, () => {
    const [{ metadata }] = ofKind(objects, 'Namespace');
    for (const mode of ['enforce', 'audit', 'warn'])
      assert.equal(metadata.labels[`pod-security.kubernetes.io/${mode}`], 'restricted');
  });

  test(`${name}: every pod meets the restricted standard, and writes to volumes alone`, () => {
    for (const workload of workloads(objects)) {
      const pod = podSpec(workload);
      for (const shared of ['hostNetwork', 'hostPID', 'hostIPC']) assert.ok(!pod[shared]);
      for (const volume of pod.volumes ?? [])
        for (const kind of Object.keys(volume)) assert.ok(kind === 'name' || VOLUMES.includes(kind), kind);
      for (const container of containers(workload)) {
        const own = container.securityContext;
        const inForce = { ...pod.securityContext, ...own };
        assert.equal(inForce.runAsNonRoot, true);
        assert.ok(inForce.runAsUser > 0);
        assert.equal(inForce.seccompProfile.type, 'RuntimeDefault');
        assert.equal(own.allowPrivilegeEscalation, false);
        assert.ok(!own.privileged);
        assert.deepEqual(own.capabilities, { drop: ['ALL'] });
        assert.equal(own.readOnlyRootFilesystem, true);
        for (const port of container.ports) assert.equal(port.hostPort, undefined);
      }
    }
  });

  test(`${name}: no pod has a token of the API, nor other services' addresses in its environment`, () => {
    for (const workload of workloads(objects)) {
      assert.equal(podSpec(workload).automountServiceAccountToken, false);
      assert.equal(podSpec(workload).enableServiceLinks, false);
    }
    for (const deployment of ofKind(objects, 'Deployment')) {
      const account = podSpec(deployment).serviceAccountName;
      assert.equal(
        objects.find((o) => o.kind === 'ServiceAccount' && o.metadata.name === account)?.automountServiceAccountToken,
        false,
      );
    }
  });

  test(`${name}: every container has requests within its limits`, () => {
    for (const { resources } of workloads(objects).flatMap(containers))
      for (const what of ['cpu', 'memory'])
        assert.ok(quantity(resources.requests[what]) <= quantity(resources.limits[what]));
  });

  test(`${name}: what a pod needs at its fullest fits`, () => {
    const of = (service) =>
      containers(workloads(objects).find(({ metadata }) => metadata.name === service))[0].resources;
    const MiB = 2 ** 20;
    for (const service of SERVICES) assert.ok(quantity(of(service).requests.memory) >= 100 * MiB);
    assert.ok(quantity(of('gateway').requests.memory) >= 134 * MiB + 5000 * 15_000);
  });

  test(`${name}: every container is probed at ports it has`, () => {
    for (const workload of workloads(objects)) {
      for (const container of containers(workload)) {
        for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
          assert.ok(container[probe], `${workload.metadata.name} ${probe}`);
          const port = (container[probe].httpGet ?? container[probe].tcpSocket)?.port;
          if (port) assert.ok(container.ports.some((each) => each.name === port || each.containerPort === port));
        }
      }
    }
    for (const [{ startupProbe, livenessProbe, readinessProbe, ports }] of ofKind(objects, 'Deployment').map(
      containers,
    )) {
      assert.deepEqual(startupProbe.httpGet, { path: '/health/live', port: 'http' });
      assert.deepEqual(livenessProbe.httpGet, { path: '/health/live', port: 'http' });
      assert.deepEqual(readinessProbe.httpGet, { path: '/health/ready', port: 'http' });
      assert.deepEqual(ports, [
        { name: 'http', containerPort: 3000 },
        { name: 'metrics', containerPort: 9464 },
      ]);
    }
  });

  test(`${name}: a stopping pod gets the time that it takes, and a pause if traffic is routed to it`, () => {
    const routed = ofKind(objects, 'Service').flatMap(({ spec }) => selected(objects, { matchLabels: spec.selector }));
    for (const deployment of ofKind(objects, 'Deployment')) {
      const [container] = containers(deployment);
      const env = environment(objects, container);
      const ms = (setting) => Number(env[setting] ?? numberByDefault(setting));
      const pause = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
      assert.equal(pause > 0, routed.includes(deployment), deployment.metadata.name);
      const needed = pause + ms('DRAIN_MS') + ms('SHUTDOWN_GRACE_MS') + OWN_LIMIT_MS + SLACK_MS;
      assert.ok(podSpec(deployment).terminationGracePeriodSeconds * 1000 >= needed, deployment.metadata.name);
    }
  });

  test(`${name}: a service's pods spread over nodes and zones, a new one comes before an old one goes`, () => {
    for (const deployment of ofKind(objects, 'Deployment')) {
      const constraints = podSpec(deployment).topologySpreadConstraints;
      const keys = constraints.map(({ topologyKey }) => topologyKey);
      assert.deepEqual(keys, ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
      for (const { labelSelector, matchLabelKeys } of constraints) {
        const labels = podLabels(deployment);
        const same = Object.fromEntries(matchLabelKeys.filter((key) => key in labels).map((key) => [key, labels[key]]));
        const counted = workloads(objects).filter(
          (other) => selects(labelSelector, podLabels(other)) && selects({ matchLabels: same }, podLabels(other)),
        );
        assert.deepEqual(counted, [deployment]);
      }
      assert.deepEqual(deployment.spec.strategy, {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      });
    }
  });
}
