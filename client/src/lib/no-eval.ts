import { z } from 'zod';

// Compiling schemas needs eval, which the Content-Security-Policy forbids. Imported before anything that parses.
z.config({ jitless: true });
