# Build: types are checked and src/ becomes plain JavaScript in dist/.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# The `node` package is a pinned development tool; the image brings its own Node.
RUN rm -rf dist && node node_modules/typescript/bin/tsc -p tsconfig.build.json \
 && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production \
    SLIPWAY_CONFIG=/etc/slipway \
    SLIPWAY_DATA=/var/lib/slipway
WORKDIR /app
RUN mkdir -p /var/lib/slipway /etc/slipway && chown node:node /var/lib/slipway
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json manifest.yml ./
USER node
VOLUME /var/lib/slipway
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1: it receives SIGTERM and drains.
ENTRYPOINT ["node", "--enable-source-maps", "dist/main.js"]
CMD ["serve"]
