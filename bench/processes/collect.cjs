// Loaded before a measured server (with --expose-gc): on SIGUSR2 it collects its garbage and tells what is left; asked for a
// heap snapshot it writes one.
process.on('SIGUSR2', () => {
  global.gc();
  global.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({ type: 'collected', resident: rss, heap: heapUsed + external });
});
process.on('message', (message) => {
  if (message?.type !== 'snapshot') return;
  require('node:v8').writeHeapSnapshot(message.file);
  process.send({ type: 'snapshot taken' });
});
