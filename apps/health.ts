// A container's health check: exit code 0 when the service in it is ready.
const port = process.env.PORT || 3000;
fetch(`http://127.0.0.1:${port}/health/ready`).then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
);
