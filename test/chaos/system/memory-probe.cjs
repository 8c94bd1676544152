// Loaded into each process of a run with --expose-gc: tells its memory when asked, without what is mere garbage.
process.on('message', (message) => {
  if (message !== 'memory?') return;
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ type: 'memory', rss, heap: heapUsed });
});
