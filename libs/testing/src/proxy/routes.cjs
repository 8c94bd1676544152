// Loaded first by a service of a test: connections to the Redis servers of TEST_ROUTES, `{"port": "other port"}`, go by way of proxies.
const { Socket } = require('node:net');

const routes = JSON.parse(process.env.TEST_ROUTES ?? '{}');
const { connect } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  // `net.connect` hands the options on in a list.
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options?.port in routes) Object.assign(options, { host: '127.0.0.1', port: routes[options.port] });
  return connect.apply(this, args);
};
