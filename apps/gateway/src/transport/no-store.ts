/** Forbids caches to keep answers. Routes whose answer is the same for everybody allow it. */
export const NO_STORE = { 'Cache-Control': 'no-store' };
