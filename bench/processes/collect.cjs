// Loaded before a measured server (with --expose-gc): on SIGUSR2 it collects its garbage and says so.
process.on('SIGUSR2', () => {
  global.gc();
  global.gc();
  process.send({ type: 'collected' });
});
