// The service worker: opens the client without the network. The build puts VERSION and FILES in front (plugin.mts).
// It keeps the page and its assets, never an answer of the API.

const CACHE = `client-${VERSION}`;
/** One page serves every screen. */
const PAGE = '/';
const SCREEN = /^\/(sign-in|chat(\/[^/]+)?)?\/?$/;
/** A network that is there and answers nothing is as good as none. */
const PATIENCE_MS = 3000;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES])));
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  if (mode === 'navigate' && SCREEN.test(pathname)) event.respondWith(page(event));
  if (pathname.startsWith('/assets/') || pathname === '/theme.js') event.respondWith(asset(event.request));
});

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith('client-') && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The server's page, so that a new version takes effect at once; the one kept where the server does not answer. */
async function page(event) {
  const cache = await caches.open(CACHE);
  const fresh = fetch(event.request);
  event.waitUntil(fresh.then((response) => response.ok && cache.put(PAGE, response.clone())).catch(() => undefined));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const response = await Promise.race([fresh.catch(() => undefined), late]);
  if (response && response.status < 500) return response;
  return (await cache.match(PAGE)) ?? fresh;
}

/** A name with a hash stands for one content for ever, `theme.js` for that of this version. */
async function asset(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
