import type { RequestHandler } from 'express';

/** Forbids caches to keep answers. Routes whose answer is the same for everybody allow it. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
