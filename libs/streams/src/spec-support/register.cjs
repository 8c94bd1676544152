// Lets plain node run TypeScript, for replicas that are processes of their own: node -r this-file replica.ts
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
