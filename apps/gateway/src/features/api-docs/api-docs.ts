import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { asyncApi } from './asyncapi';
import { openApi } from './openapi';
import { page } from './page';

/**
 * Serves what there is to know of the API, to programs and to people; needs neither a session nor Redis.
 * @param cookie name of the session's
 */
export function apiDocs(cookie: string): Router {
  // Not at the start: most gateways are never asked.
  let made: Documents | undefined;
  const documents = () => {
    made ??= makeDocuments(cookie);
    return made;
  };
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-cache');
    next();
  });
  router.get('/', (_request, response) => void response.type('html').send(documents().page));
  router.get('/openapi.json', (_request, response) => void response.json(documents().http));
  router.get('/asyncapi.json', (_request, response) => void response.json(documents().socket));
  router.get('/style.css', (_request, response) => void response.type('css').send(documents().style));
  return router;
}

interface Documents {
  http: object;
  socket: object;
  page: string;
  style: string;
}

function makeDocuments(cookie: string): Documents {
  const [http, socket] = [openApi(cookie), asyncApi(cookie)];
  return { http, socket, page: page(http, socket), style: readFileSync(join(__dirname, 'style.css'), 'utf8') };
}
