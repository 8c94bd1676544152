import { readFileSync } from 'node:fs';
import { leftOutOn, redisKind } from './scripts/lib/test/redis-kinds.mjs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.jsc.baseUrl;
delete swc.jsc.paths;
delete swc.$schema;

const base = {
  rootDir: '.',
  testEnvironment: 'node',
  transform: { '^.+\\.(t|j|mj)s$': ['@swc/jest', swc] },
  // Nest 12, connect-redis and helmet are ESM; jest runs CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|connect-redis|helmet)/)'],
  moduleNameMapper: {
    '^@app/(contracts|history|names|redis|streams|service|client|testing)$': '<rootDir>/libs/$1/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
};

export default {
  // Generous: it only bounds what hangs.
  testTimeout: 120_000,
  // Node.js 20 may spin for ever as it closes what a run has left open; `process.exit` closes nothing.
  forceExit: true,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{apps,bench,libs,test}/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs}/**/*.int-spec.ts', '<rootDir>/test/integration/**/*.int-spec.ts'],
      testPathIgnorePatterns: leftOutOn(redisKind(process.env)).map(([path]) => `<rootDir>/${path}`),
      globalSetup: '<rootDir>/libs/testing/src/redis/global-setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/redis/global-teardown.ts',
    },
    {
      ...base,
      displayName: 'containers',
      testMatch: ['<rootDir>/test/containers/**/*.container-spec.ts'],
      globalSetup: '<rootDir>/libs/testing/src/redis/global-setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/redis/global-teardown.ts',
    },
    {
      ...base,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/libs/testing/src/redis/global-setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/redis/global-teardown.ts',
    },
  ],
};
