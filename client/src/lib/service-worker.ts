/** Lets the built client open without the network from the next time on, where the browser allows that. */
export function startServiceWorker(): void {
  // It loads all the rest: after what is needed now.
  window.addEventListener('load', registerServiceWorker);
}

/** Registers it, where it is not there yet. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Forbidden, or the server has just gone away: then without it.
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}
