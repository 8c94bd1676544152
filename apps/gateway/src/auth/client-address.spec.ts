import fc from 'fast-check';
import { clientKey, networkKey, shownAddress } from './client-address';

it.each([
  ['198.51.100.7', '198.51.100.0/24'],
  ['::ffff:198.51.100.200', '198.51.100.0/24'],
  ['2001:db8:1:2::9', '2001:db8:1::/48'],
  ['2001:db8:1:ffff::9', '2001:db8:1::/48'],
  ['nobody', 'unknown'],
])('the network of %s is %s', (address, network) => {
  expect(networkKey(address)).toBe(network);
});

describe('the key of a client', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['::FFFF:198.51.100.7', '198.51.100.7'],
    ['::ffff:c633:6407', '198.51.100.7'],
    ['0:0:0:0:0:ffff:c633:6407', '198.51.100.7'],
    ['0000:0000:0000:0000:0000:ffff:198.51.100.7', '198.51.100.7'],
    ['::ffff:0:198.51.100.7', '198.51.100.7'],
    ['64:ff9b::198.51.100.7', '198.51.100.7'],
    ['64:ff9b::c633:6407', '198.51.100.7'],
    ['::198.51.100.7', '198.51.100.7'],
    ['2002:c633:6407::1', '198.51.100.7'],
    ['2002:c633:6407:ffff:1:2:3:4', '198.51.100.7'],
    ['2001:0:53aa:64c:8000:f227:39cc:9bf8', '198.51.100.7'],
    ['198.51.100.7:51234', '198.51.100.7'],
    ['[::ffff:198.51.100.7]:443', '198.51.100.7'],
    [' 198.51.100.7 ', '198.51.100.7'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.2', '127.0.0.2'],
    ['::1', '::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['"[2001:db8:1:2::9]:4711"', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['fe80::2%25en1', 'fe80::/64'],
    ['64:ff9b:1::198.51.100.7', '64:ff9b:1::c633:6407'],
    ['64:ff9b:1::198.51.100.8', '64:ff9b:1::c633:6408'],
  ])('of %s is %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  it.each(['', 'unknown', '_hidden', 'nobody', '<script>', '1.2.3.4.5', '::1::', ':::', '[', 'x'.repeat(100_000)])(
    'of what is no address (%j) is one for all',
    (address) => {
      expect(clientKey(address)).toBe('unknown');
      expect(shownAddress(address)).toBe('unknown');
    },
  );

  const byte = fc.integer({ min: 0, max: 255 });
  const hextet = fc.integer({ min: 0, max: 0xffff });
  const hex = (value: number) => value.toString(16);

  it('is one however an IPv4 address is spelled, and another for another', () => {
    const address = fc.tuple(fc.integer({ min: 1, max: 223 }), byte, byte, byte);
    fc.assert(
      fc.property(address, address, fc.nat({ max: 65535 }), ([a, b, c, d], other, port) => {
        const dotted = [a, b, c, d].join('.');
        const [high, low] = [(a << 8) | b, (c << 8) | d];
        const spellings = [
          `${dotted}:${port}`,
          `::ffff:${dotted}`,
          `::ffff:${hex(high)}:${hex(low)}`,
          `0:0:0:0:0:FFFF:${hex(high).padStart(4, '0').toUpperCase()}:${hex(low)}`,
          `[::ffff:${dotted}]:${port}`,
          `64:ff9b::${dotted}`,
          `2002:${hex(high)}:${hex(low)}:${hex(port)}::${hex(port)}`,
        ];
        for (const spelling of spellings) expect([spelling, clientKey(spelling)]).toEqual([spelling, dotted]);
        expect(shownAddress(spellings[1] ?? '')).toBe(dotted);
        if (other.join('.') !== dotted) expect(clientKey(other.join('.'))).not.toBe(dotted);
      }),
    );
  });

  it('is one for all of an IPv6 /64, and another for the next', () => {
    // Global unicast, without Teredo and 6to4.
    const network = fc.tuple(fc.integer({ min: 0x2003, max: 0x3fff }), hextet, hextet, hextet);
    const host = fc.tuple(hextet, hextet, hextet, hextet);
    fc.assert(
      fc.property(network, host, host, ([a, b, c, d], one, two) => {
        const key = clientKey([a, b, c, d, ...one].map(hex).join(':'));
        const spelled = [a, b, c, d, ...two].map((part) => hex(part).padStart(4, '0').toUpperCase()).join(':');
        expect(clientKey(spelled)).toBe(key);
        expect(clientKey(`[${spelled}]:1`)).toBe(key);
        expect(clientKey(`${spelled}%eth0`)).toBe(key);
        expect(key).toMatch(/\/64$/);
        expect(clientKey([a, b, c, d ^ 1, ...one].map(hex).join(':'))).not.toBe(key);
      }),
    );
  });

  it('is short whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(clientKey(text).length).toBeLessThanOrEqual(45);
        expect(shownAddress(text)).toMatch(/^(?:[0-9a-f.:]+|unknown)$/);
      }),
    );
  });
});
