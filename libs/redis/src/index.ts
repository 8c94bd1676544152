export { Redis } from 'ioredis';
export * from './connection';
export * from './endpoint';
export * from './keys';
export * from './script';
