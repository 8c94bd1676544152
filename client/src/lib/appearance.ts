import { preferences } from './preferences';

/** The bar of the browser: the same as `--bg-sunken` in tokens.css. */
const BAR = { light: '#f4f5f7', dark: '#0f1114' };

/** Shows theme and density as they were chosen, and follows changes from then on. */
export function startAppearance(): void {
  preferences.subscribe(apply);
  apply();
}

function apply(): void {
  const { theme, density } = preferences.get();
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  dataset.density = density;
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    bar.content = BAR[theme === 'system' ? (bar.media.includes('dark') ? 'dark' : 'light') : theme];
  }
}
