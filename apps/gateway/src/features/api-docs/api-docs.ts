import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import express, { type Request, type Response, type Router } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { asyncApi } from './asyncapi';
import { openApi } from './openapi';

/** Where all of it is served. */
export const DOCS = '/api/docs';

/** The style sheet, and the package's script, which the build puts beside it, as it is and compressed. */
const FOLDER = join(__dirname, 'page');
const FILES = ['/style.css', '/redoc.js'];

/**
 * Serves the documents of the API to programs, and Redoc's pages of them to people; needs neither a session nor Redis.
 * @param cookie name of the session's
 */
export function apiDocs(cookie: string): Router {
  // Not at the start: most gateways are never asked.
  const http = once(() => openApi(cookie));
  const socket = once(() => asyncApi(cookie));
  const router = express.Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-cache');
    next();
  });
  router.get('/', sendPage('HTTP', 'openapi.json'));
  router.get('/events', sendPage('events', 'asyncapi.json'));
  router.get('/openapi.json', (_request, response) => void response.json(http()));
  router.get('/asyncapi.json', (_request, response) => void response.json(socket()));
  router.get(
    FILES,
    expressStaticGzip(FOLDER, {
      index: false,
      enableBrotli: true,
      orderPreference: ['br', 'gz'],
      serveStatic: { index: false, cacheControl: false, redirect: false },
    }),
  );
  return router;
}

/** Redoc makes its styles in the browser: they are let in by a nonce, scripts by nothing but their address. */
function sendPage(title: string, document: string) {
  return (_request: Request, response: Response): void => {
    const nonce = randomBytes(16).toString('base64');
    const policy = response.get('Content-Security-Policy');
    if (policy) {
      const own = policy.replace("style-src 'self'", `$& 'nonce-${nonce}'`).replace("font-src 'self'", '$& data:');
      response.set('Content-Security-Policy', own);
    }
    response.type('html').send(page(title, document, nonce));
  };
}

const page = (title: string, document: string, nonce: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta property="csp-nonce" content="${nonce}">
<title>redis-chat: the API, ${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${DOCS}/style.css">
<script type="module" src="${DOCS}/redoc.js"></script>
</head>
<body>
<redoc spec-url="${DOCS}/${document}" disable-telemetry="true" schema-definitions-tag-name="Schemas"></redoc>
<noscript>This page needs JavaScript; <a href="${DOCS}/${document}">${document}</a> does not.</noscript>
</body>
</html>
`;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
