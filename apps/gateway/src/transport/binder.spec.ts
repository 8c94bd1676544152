import { CALLS, type CallName, callNamed } from '@app/contracts';
import { Binder, type GatewayFeature, type Handlers } from './binder';

const binder = new Binder({} as never, {} as never, {} as never);
const names = Object.keys(CALLS) as CallName[];
const own = names.filter((name) => callNamed(name).work === undefined);
const answering = (some: readonly CallName[]): GatewayFeature => ({
  handlers: Object.fromEntries(some.map((name) => [name, () => ({})])) as Handlers,
});

it('a definition is enough for a call that is only passed on', () => {
  expect(own.length).toBeLessThan(names.length);
  expect(binder.bind([answering(own)]).map(({ name }) => name)).toEqual(names);
});

it('a gateway does not start without a handler for every other call', () => {
  expect(() => binder.bind([answering(own.filter((name) => name !== 'typing'))])).toThrow(
    'calls without a handler: typing',
  );
});

it('nor with two for one', () => {
  expect(() => binder.bind([answering(own), answering(['typing'])])).toThrow('two features answer typing');
});
