# glibc, because Temporal's native module is built for it.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts ./scripts
COPY workflows ./workflows
COPY activities ./activities
COPY src ./src
COPY deploy/slim.sh ./deploy/
RUN npm run build \
  && npm prune --omit=dev \
  && sh deploy/slim.sh node_modules

FROM node:22-bookworm-slim
# With glibc's eight arenas for each core, a worker beside 50,000 conversations needs 100 MB more.
ENV NODE_ENV=production HOST=0.0.0.0 PARLEY_MEDIA_DIR=/data/media MALLOC_ARENA_MAX=2
WORKDIR /app
RUN mkdir -p /data/media && chown -R node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8080
ENTRYPOINT ["node", "--enable-source-maps", "dist/src/main.js"]
CMD ["api"]
