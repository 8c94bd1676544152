export { TestBrowser, type VisitorOptions } from './browser/browser';
export { Visitor } from './browser/visitor';
export * from './cluster/cluster';
export * from './cluster/person';
export { ServiceProcess } from './cluster/service-process';
export { type Choice, LinkProxy } from './proxy/proxy';
export { freePort } from './redis/free-port';
export { startRedis, TestRedis } from './redis/start';
export * from './until';
