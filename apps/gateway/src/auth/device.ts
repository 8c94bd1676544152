/** What somebody signed in with, as far as it says so. */
export interface Device {
  browser: string | null;
  system: string | null;
}

/** First match wins: most browsers also say that they are others. */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|OPiOS|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|HeadlessChrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];
/** What is no browser names itself first: `curl/8.5.0`. */
const PROGRAM = /^(?!Mozilla\/)([A-Za-z][\w.-]{0,29})(?:\/|$)/;

/** Browser and system from a `User-Agent`: names known here, or the one word by which a program calls itself. */
export function describeDevice(userAgent = ''): Device {
  const text = userAgent.slice(0, 500);
  const nameIn = (known: typeof BROWSERS) => known.find(([sign]) => sign.test(text))?.[1] ?? null;
  return { browser: nameIn(BROWSERS) ?? PROGRAM.exec(text)?.[1] ?? null, system: nameIn(SYSTEMS) };
}
