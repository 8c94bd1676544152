import browserslist from 'browserslist';

/** The oldest browsers that the client is built for, as Vite spells them: `safari16`. package.json lists them, README names them. */
export function oldestBrowsers(): string[] {
  const oldest = new Map<string, number>();
  for (const line of browserslist()) {
    const [name = '', version = ''] = line.split(' ');
    const number = Number.parseFloat(version);
    if (number < (oldest.get(name) ?? Infinity)) oldest.set(name, number);
  }
  return [...oldest].map(([name, version]) => `${name === 'ios_saf' ? 'ios' : name}${version}`);
}
