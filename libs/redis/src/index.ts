export { Redis } from 'ioredis';
export * from './access';
export * from './channels';
export { serversOf } from './cluster';
export * from './connection';
export * from './endpoint';
export * from './keys';
export * from './refusals';
export * from './script';
