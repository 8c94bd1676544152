import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './render.mjs';

const text = readFileSync(join(ROOT, 'libs/service/src/settings.ts'), 'utf8');

/** The names of all settings of the services. */
export const SETTING_NAMES = new Set([...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): setting\(/gm)].map(([, name]) => name));

/** A number that a service takes when the environment says nothing. */
export function numberByDefault(name) {
  const entry = new RegExp(`^ {2}${name}: setting\\(.*?'(\\d+)'`, 'ms').exec(text);
  if (!entry) throw new Error(`No numeric default of ${name} in settings.ts`);
  return Number(entry[1]);
}

/**
 * What a workload's containers get from ConfigMaps and plain values of their own.
 * @returns {Record<string, string>}
 */
export function environment(objects, container) {
  const values = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name);
    if (!map) throw new Error(`No ConfigMap ${configMapRef?.name}`);
    Object.assign(values, map.data);
  }
  for (const { name, value } of container.env ?? []) if (value !== undefined) values[name] = value;
  return values;
}
