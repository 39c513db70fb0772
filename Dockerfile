# One image for every role: what follows its name is what src/main.ts is told, `start` by default.
#   docker build -t wheelhouse .
#   docker run --init --env-file wheelhouse.env wheelhouse role worker

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json rolldown.config.mjs ./
COPY config config
COPY commands commands
COPY jobs jobs
COPY src src
COPY web web
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# onnxruntime-node ships the binaries of every system at once; the image keeps its own processor's.
RUN npm ci --omit=dev \
  && cd node_modules/onnxruntime-node/bin/napi-v6 \
  && case "$(uname -m)" in x86_64) keep=x64 ;; aarch64) keep=arm64 ;; *) exit 1 ;; esac \
  && find . -mindepth 2 -maxdepth 2 ! -path "./linux/$keep" -exec rm -r {} + \
  && test -f "linux/$keep/onnxruntime_binding.node"

FROM node:24-slim
ENV NODE_ENV=production \
    WHEELHOUSE_HOME=/state \
    WHEELHOUSE_WORKSPACE=/workspace \
    WHEELHOUSE_HOST=0.0.0.0 \
    WHEELHOUSE_METRICS_HOST=0.0.0.0 \
    WHEELHOUSE_METRICS_PORT=4690
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY package.json LICENSE* ./
# The volume takes its owner from the folder that it is laid over.
RUN mkdir /state /workspace && chown node:node /state
USER node
VOLUME /state
EXPOSE 4680 4681 4690
# Whatever its role: ready if its parts work.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WHEELHOUSE_METRICS_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node ends by itself on SIGTERM; run it with --init all the same, which buries orphaned programs.
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["start"]
