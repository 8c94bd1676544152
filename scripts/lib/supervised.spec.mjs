import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { it } from 'node:test';
import { Supervised } from './supervised.mjs';

/** Processes whose life the test decides; `launched` tells of each. */
class Stage extends EventEmitter {
  signals = [];

  launch = () => {
    let serve;
    let end;
    const ready = new Promise((resolve) => {
      serve = resolve;
    });
    const exited = new Promise((resolve) => {
      end = resolve;
    });
    this.current = { serve, end };
    queueMicrotask(() => this.emit('launched'));
    return {
      ready,
      exited,
      kill: (signal) => {
        this.signals.push(signal);
        if (signal === 'SIGKILL' || this.obedient) end({ code: null, signal });
      },
      lastWords: () => 'Bad configuration: PORT must be a whole number',
    };
  };
}

it('starts a process again that died, and knows when it serves', async () => {
  const stage = new Stage();
  stage.obedient = true;
  const launched = once(stage, 'launched');
  const supervised = new Supervised('auth', stage.launch).start();
  await launched;
  assert.equal(supervised.up, false);
  stage.current.serve();
  await supervised.firstReady;
  assert.equal(supervised.up, true);

  const again = once(stage, 'launched');
  stage.current.end({ code: null, signal: 'SIGKILL' });
  await again;
  assert.equal(supervised.up, false);
  await supervised.stop(1000);
  assert.deepEqual(stage.signals, ['SIGTERM']);
});

it('gives up, with its last words, when it ends by itself before it ever served', async () => {
  const stage = new Stage();
  const launched = once(stage, 'launched');
  const supervised = new Supervised('auth', stage.launch).start();
  await launched;
  stage.current.end({ code: 1, signal: null });
  await assert.rejects(supervised.firstReady, {
    name: 'Refusal',
    message: 'auth could not start (exit code 1). Bad configuration: PORT must be a whole number',
  });
  await supervised.stop(1000);
});

it('tries again when it was killed from outside before it served', async () => {
  const stage = new Stage();
  stage.obedient = true;
  const launched = once(stage, 'launched');
  const supervised = new Supervised('auth', stage.launch).start();
  await launched;
  const again = once(stage, 'launched');
  stage.current.end({ code: null, signal: 'SIGKILL' });
  await again;
  stage.current.serve();
  await supervised.firstReady;
  await supervised.stop(1000);
});

it('ends by force what does not end when asked', async () => {
  const stage = new Stage();
  const launched = once(stage, 'launched');
  const supervised = new Supervised('auth', stage.launch).start();
  await launched;
  await supervised.stop(10);
  assert.deepEqual(stage.signals, ['SIGTERM', 'SIGKILL']);
});
