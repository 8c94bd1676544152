import type { RequestHandler } from 'express';

/** Nobody keeps an answer, until a route says otherwise: what is the same for everybody may be kept. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
