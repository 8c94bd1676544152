// Loaded before a measured server (with --expose-gc): on SIGUSR2 it collects its garbage and tells what is left, compiled code
// by itself, which goes on growing for an hour; asked for a heap snapshot it writes one.
const v8 = require('node:v8');

process.on('SIGUSR2', () => {
  global.gc();
  global.gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { code_and_metadata_size: compiled, bytecode_and_metadata_size: bytecode } = v8.getHeapCodeStatistics();
  const code = compiled + bytecode;
  process.send({ type: 'collected', resident: rss, heap: heapUsed + external - code, code });
});
process.on('message', (message) => {
  if (message?.type !== 'snapshot') return;
  v8.writeHeapSnapshot(message.file);
  process.send({ type: 'snapshot taken' });
});
