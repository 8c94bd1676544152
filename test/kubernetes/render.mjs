import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments, stringify } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const OVERLAYS = ['local', 'production'];
export const COMPONENTS = ['monitoring', 'tracing', 'connections-hpa'];

/**
 * A copy of k8s/ in a temporary folder, without whatever secrets lie in the checkout, with ones of its own.
 * @returns {{ folder: string, remove: () => void }}
 */
export function copyManifests() {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-k8s-'));
  cpSync(join(ROOT, 'k8s'), folder, { recursive: true, filter: (file) => !file.endsWith('secret.env') });
  for (const overlay of OVERLAYS) {
    const secret = [
      'SESSION_SECRET=a session secret of tests',
      'SEAL_SECRET=a seal secret of tests',
      'REDIS_PASSWORD=a password of tests\n',
    ].join('\n');
    writeFileSync(join(folder, 'overlays', overlay, 'secret.env'), secret);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
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
