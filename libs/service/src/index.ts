export * from './config';
export * from './fair-turns';
export * from './health';
export * from './logger';
export { Metrics } from './metrics/metrics';
export { readHostname, readOrigin } from './origins';
export * from './run';
export * from './service.module';
export * from './settings';
