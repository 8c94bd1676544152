/**
 * The import rules (ARCHITECTURE.md): apps → libs → contracts, one way; tests may use everything.
 */
const TESTS = '(\\.(spec|int-spec|e2e-spec)\\.tsx?$|/(spec-support|testing)/|^test/)';

/** The folders of the gateway, the upper ones first. */
const GATEWAY_LAYERS = ['(features|legacy)', 'relay', 'hub', 'transport', 'auth'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one thing, or a third is missing.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing escapes every rule here.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      comment: 'Imports point one way: apps → libs → contracts.',
      from: { path: '^(libs|client|bench)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-are-islands',
      severity: 'error',
      comment: 'Services speak through streams and events, never by import; apps/all.ts merely starts them.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'contracts-import-zod-only',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: TESTS },
      to: { pathNot: '^(libs/contracts/|node_modules/zod/)' },
    },
    {
      name: 'redis-is-the-bottom',
      severity: 'error',
      comment: 'libs/redis imports no other lib.',
      from: { path: '^libs/redis/', pathNot: TESTS },
      to: { path: '^libs/', pathNot: '^libs/redis/' },
    },
    {
      name: 'client-lib-is-framework-free',
      severity: 'error',
      comment: 'libs/client runs in browsers and bots: contracts, their zod and socket.io-client, nothing else.',
      from: { path: '^libs/client/', pathNot: TESTS },
      to: { pathNot: '^(libs/(client|contracts)/|node_modules/(socket\\.io-client|zod)/)' },
    },
    {
      name: 'outsiders-see-contracts-and-client-only',
      severity: 'error',
      comment: 'The web client and the load generator are clients like any other.',
      from: { path: '^(client|bench)/' },
      to: { path: '^(apps|libs|test)/', pathNot: '^libs/(contracts|client|redis)/' },
    },
    {
      name: 'only-the-bench-fills-the-database',
      severity: 'error',
      comment: 'The bench prepares what no API can yet, under the names of keys.ts.',
      from: { path: '^client/|^bench/', pathNot: '^bench/(systems|scenarios)/' },
      to: { path: '^libs/redis/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs|client|bench)/', pathNot: ['^libs/testing/', TESTS] },
      to: { path: '^(libs/testing|test)/|/(spec-support|testing)/' },
    },
    {
      name: 'starts-before-install',
      severity: 'error',
      comment: 'What installs the packages runs without them; it may load them later.',
      from: {
        path: '^scripts/(start|dev|test)\\.mjs$|^scripts/lib/',
        pathNot: '\\.spec\\.mjs$|^scripts/lib/(browsers/|dev/vite-main)',
      },
      to: { path: '^node_modules/', dynamic: false },
    },
    ...GATEWAY_LAYERS.slice(1).map((layer, i) => ({
      name: `gateway-${layer}-knows-nothing-above`,
      severity: 'error',
      comment: 'The gateway is layers: features, legacy → relay → hub → transport → auth, never back.',
      from: { path: `^apps/gateway/src/${layer}/` },
      to: { path: `^apps/gateway/src/(${GATEWAY_LAYERS.slice(0, i + 1).join('|')})/` },
    })),
    {
      name: 'features-are-islands',
      severity: 'error',
      comment: 'What two features share moves to components, lib or app.',
      from: { path: '^client/src/features/(?!messages/)([^/]+)/' },
      to: { path: '^client/src/features/', pathNot: '^client/src/features/$1/' },
    },
    {
      name: 'messages-show-what-is-read',
      severity: 'error',
      comment: 'The list of messages shows what is read of them; of other features it knows nothing.',
      from: { path: '^client/src/features/messages/' },
      to: { path: '^client/src/features/', pathNot: '^client/src/features/(messages|reading)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Examples import the package as it is installed elsewhere.
    exclude: { path: '^(client/|libs/client/)?(dist|coverage)/|^libs/client/examples/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
    },
  },
};
