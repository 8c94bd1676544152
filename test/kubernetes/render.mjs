import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments, stringify } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const OVERLAYS = ['local', 'production'];
/** What any place may add. Those of `components/` that are not here change who is who in Redis. */
export const COMPONENTS = ['monitoring', 'tracing', 'connections-hpa'];
/** What a secret.env has. */
export const SECRETS = Object.fromEntries(
  [
    ...['SESSION_SECRET', 'SEAL_SECRET', 'REDIS_PASSWORD', 'REDIS_OPERATOR_PASSWORD'],
    ...['GATEWAY', 'AUTH', 'ROOMS', 'MESSAGES'].map((service) => `REDIS_PASSWORD_${service}`),
  ].map((name) => [name, `a ${name.toLowerCase().replaceAll('_', ' ')} of tests`]),
);

/**
 * A copy of k8s/ and what it takes from deploy/ in a temporary folder, without whatever secrets lie in the checkout, with ones of its own.
 * @returns {{ folder: string, remove: () => void }}
 */
export function copyManifests() {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-k8s-'));
  for (const part of ['k8s', 'deploy/redis'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true, filter: (file) => !file.endsWith('secret.env') });
  const secrets = Object.entries(SECRETS).map(([name, value]) => `${name}=${value}\n`);
  for (const overlay of OVERLAYS) writeFileSync(join(folder, 'k8s/overlays', overlay, 'secret.env'), secrets.join(''));
  return { folder: join(folder, 'k8s'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * What an overlay, with components added to it as k8s/README.md says, comes to.
 * @param {string} overlay
 * @param {string[]} components
 * @returns {object[]} Kubernetes objects
 * @throws when kubectl cannot build it
 */
export function render(overlay, components = []) {
  const copy = copyManifests();
  try {
    const file = join(copy.folder, 'overlays', overlay, 'kustomization.yaml');
    const kustomization = parse(readFileSync(file, 'utf8'));
    kustomization.components = components.map((name) => `../../components/${name}`);
    writeFileSync(file, stringify(kustomization));
    const output = execFileSync('kubectl', ['kustomize', join(copy.folder, 'overlays', overlay)], { encoding: 'utf8' });
    return parseAllDocuments(output).map((document) => document.toJS());
  } finally {
    copy.remove();
  }
}

/**
 * Each overlay alone and with all components.
 * @returns {{ name: string, overlay: string, components: string[], objects: object[] }[]}
 */
export function renderAll() {
  return OVERLAYS.flatMap((overlay) =>
    [[], COMPONENTS].map((components) => ({
      name: [overlay, ...components].join(' + '),
      overlay,
      components,
      objects: render(overlay, components),
    })),
  );
}
