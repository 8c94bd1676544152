import bcd from '@mdn/browser-compat-data' with { type: 'json' };
import browserslist from 'browserslist';

/** As MDN's data call what browserslist calls otherwise. */
const NAMES = { ios_saf: 'safari_ios', and_chr: 'chrome_android', and_ff: 'firefox_android' };

/** @returns {Map<string, number>} the oldest version of each browser in package.json's list, by MDN's names */
export function oldestBrowsers() {
  const oldest = new Map();
  for (const line of browserslist()) {
    const [name, version] = line.split(' ');
    const browser = NAMES[name] ?? name;
    oldest.set(browser, Math.min(oldest.get(browser) ?? Infinity, Number.parseFloat(version)));
  }
  return oldest;
}

const browsers = oldestBrowsers();

/** @returns {string[]} the browsers of the list whose oldest version lacks a feature of MDN's data, with when it came to them */
export function lackedBy(feature) {
  const support = feature?.__compat?.support;
  if (!support) return [];
  return [...browsers].flatMap(([browser, oldest]) => {
    const since = Math.min(...[support[browser] ?? []].flat().map(sinceWhen));
    return since <= oldest ? [] : [`${browser} ${since === Infinity ? 'never' : since}`];
  });
}

function sinceWhen({ version_added: added, version_removed: removed, prefix, alternative_name: other, flags }) {
  if (typeof added !== 'string' || removed || prefix || other || flags) return Infinity;
  const version = Number.parseFloat(added.replace('≤', ''));
  return Number.isNaN(version) ? Infinity : version;
}

export { bcd };
