import { loadConfig } from '@app/service';
import { isAllowedOrigin } from './origin';

const config = loadConfig({ ALLOWED_ORIGINS: 'https://chat.example, http://localhost:5173' });
const allows = (origin: string | undefined, host: string | undefined = 'chat.local:3000') =>
  isAllowedOrigin({ headers: { origin, host } }, config);

it.each([
  undefined,
  'http://chat.local:3000',
  'https://chat.local:3000',
  'https://chat.example',
  'http://localhost:5173',
])('allows %s', (origin) => {
  expect(allows(origin)).toBe(true);
});

it.each([
  '',
  'null',
  'chat.local:3000',
  'http://chat.local',
  'http://chat.local:3001',
  'http://chat.local:3000.evil.example',
  'http://evil.example/chat.local:3000',
  'http://chat.example',
  'https://chat.example.evil.example',
  'https://chat.example:444',
  'https://chat.example,http://localhost:5173',
  'data:text/html,x',
])('refuses %j', (origin) => {
  expect(allows(origin)).toBe(false);
});

it('allows nobody because of an empty list or a missing host', () => {
  expect(isAllowedOrigin({ headers: { origin: '', host: '' } }, loadConfig({}))).toBe(false);
  expect(isAllowedOrigin({ headers: { origin: 'null' } }, loadConfig({}))).toBe(false);
  expect(isAllowedOrigin({ headers: { origin: 'data:x', host: '' } }, loadConfig({}))).toBe(false);
});
