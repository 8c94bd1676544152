// Before anything is painted: the colours somebody has chosen here (client/src/lib/appearance.ts goes on from there).
try {
  const { theme } = JSON.parse(localStorage.getItem('preferences') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage, or nothing in it that makes sense: as the system has it.
}
