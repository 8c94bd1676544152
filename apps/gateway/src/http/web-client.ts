import { resolve } from 'node:path';
import type { Config } from '@app/service';
import express, { type Router } from 'express';

/** Addresses of the client's own screens; none is one of the API's or the demo's. */
const SCREENS = ['/', '/sign-in', '/chat', '/chat/*room'];

/** Serves the built web client: its assets for ever (their names carry a hash), its page for every screen. */
export function webClient(config: Config): Router {
  const folder = resolve(config.CLIENT_DIR);
  const router = express.Router();
  router.use(
    '/assets',
    express.static(resolve(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  router.use(express.static(folder, { index: false, maxAge: '1h' }));
  router.get(SCREENS, (_request, response) => {
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root: folder });
  });
  return router;
}
