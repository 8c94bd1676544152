import type { Chart, Figure } from '../scenario';
import { median } from '../statistics';
import { shown } from './markdown';
import type { Values } from './verdicts';

const WIDTH = 720;
const LEFT = 16;
const RIGHT = 16;
const NAMES = 150;
const NUMBERS = 100;
const BAR = 16;
const GAP = 6;
const GROUP_GAP = 22;
const TOP = 62;

/** Readable on white and on black: text follows the reader's scheme, ours stands out. */
const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #24292f; }
    .title { font-size: 15px; font-weight: 600; }
    .label { font-weight: 600; }
    .bar { fill: #8c959f; }
    .ours { fill: #0969da; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .bar { fill: #6e7681; }
      .ours { fill: #4493f8; }
    }`;

/** What people call the systems. */
const TITLES: Readonly<Record<string, string>> = {
  ours: 'redis-chat',
  'socket-io': '(a) Socket.IO',
  'socket-io-streams': '(b) … with streams',
  nest: '(c) Nest gateway',
  'ws-frame': '(d) ws, one frame',
  'ws-buffer': '(e) ws, one buffer',
  nats: 'NATS',
  'ejabberd-archive': 'ejabberd, archive',
};

/**
 * Draws a chart of bars, with a group for each version of Node.js; undefined when there are no values for any of them.
 * @param where on what machine, and when
 */
export function barChart(
  { title, unit, groups }: Chart,
  nodes: readonly string[],
  valuesOn: (node: string) => Values,
  where: string,
): string | undefined {
  const known = groups
    .flatMap(({ label, bars }) =>
      nodes.map((node) => ({
        label: nodes.length > 1 ? `${label}, Node.js ${node}` : label,
        bars: bars.map((bar) => ({ bar, value: median(valuesOn(node)(bar)) })),
      })),
    )
    .map(({ label, bars }) => ({ label, bars: bars.filter(({ value }) => !Number.isNaN(value)) }))
    .filter(({ bars }) => bars.length > 0);
  const largest = Math.max(...known.flatMap(({ bars }) => bars.map(({ value }) => value)));
  if (known.length === 0 || largest <= 0) return undefined;
  const perUnit = (WIDTH - LEFT - RIGHT - NAMES - NUMBERS) / largest;
  const lines: string[] = [];
  let y = TOP;
  for (const { label, bars } of known) {
    lines.push(text(LEFT, y + 12, label, 'label'));
    y += GROUP_GAP;
    for (const { bar, value } of bars) {
      lines.push(...row(y, bar, value, value * perUnit, unit));
      y += BAR + GAP;
    }
    y += GAP;
  }
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="${escaped(title)}">`;
  return [
    head,
    `  <style>${STYLE}\n  </style>`,
    text(LEFT, 24, title, 'title'),
    text(LEFT, 44, where),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function row(y: number, { system }: Figure, value: number, width: number, unit: string): string[] {
  const x = LEFT + NAMES;
  const kind = system === 'ours' ? 'bar ours' : 'bar';
  return [
    text(LEFT, y + 12, TITLES[system] ?? system),
    `  <rect class="${kind}" x="${x}" y="${y}" width="${Math.max(1, width).toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(x + width + 6, y + 12, `${shown(value)} ${unit}`),
  ];
}

function text(x: number, y: number, words: string, kind?: string): string {
  const style = kind ? ` class="${kind}"` : '';
  return `  <text${style} x="${x.toFixed(1)}" y="${y}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
