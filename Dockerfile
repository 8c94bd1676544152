# One image for every service; the command chooses. The default one runs all of them in one process.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json ./
COPY scripts scripts
COPY libs libs
COPY apps apps
COPY client client
# A bundled service needs no package but the one with native code.
RUN npm run build && mkdir -p runtime/node_modules \
  && cp -r node_modules/bcrypt node_modules/node-gyp-build runtime/node_modules/ \
  && rm -rf runtime/node_modules/bcrypt/prebuilds/*-musl* runtime/node_modules/bcrypt/deps

FROM node:24-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app/runtime ./
COPY --from=build /app/package.json ./
COPY --from=build /app/client/dist client/dist
COPY --from=build /app/dist dist
COPY deploy/health.sh deploy/health.sh
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=6 CMD ["deploy/health.sh"]
CMD ["node", "dist/all.js"]
