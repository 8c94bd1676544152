import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { Child } from '../processes/child';
import type { Measurements, Scenario } from '../scenario';

const POLL_MS = 10;
const PATIENCE_MS = 60_000;

/** From `npm start`, built, with a data folder of its own, until the first page is answered; then the same folder again. */
async function run(): Promise<Measurements> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-bench-start-'));
  try {
    return { firstS: await startOnce(folder), againS: await startOnce(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOnce(folder: string): Promise<number> {
  const port = await freePort();
  const start = performance.now();
  const env = { ...process.env, DATA_DIR: folder, PORT: String(port), HOST: '127.0.0.1', NO_COLOR: '1' };
  const child = Child.spawn('npm start', 'all', 'npm', ['start'], env);
  try {
    while (!(await answers(port))) {
      const ms = performance.now() - start;
      if (!child.isRunning || ms > PATIENCE_MS) throw new Error(`No page after ${ms} ms:\n${child.lastWords}`);
      await pause(POLL_MS);
    }
    return (performance.now() - start) / 1000;
  } finally {
    await child.end();
  }
}

/** Whether there is a page. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/', headers: { accept: 'text/html' } }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}

export const scenario: Scenario = {
  name: 'start',
  order: 90,
  title: 'npm start to the first page, built',
  systems: ['ours'],
  rounds: 1,
  onLast: true,
  run,
  goals: [
    { what: 'with an empty data folder', unit: 's', ours: { system: 'ours', measure: 'firstS' }, atMost: 5 },
    { what: 'again', unit: 's', ours: { system: 'ours', measure: 'againS' }, atMost: 5 },
  ],
};
