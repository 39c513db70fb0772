import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/*
 * The part of MLflow's REST API that we use, in memory, with the real error codes. Its tests also run on a real server,
 * e.g. WHEELHOUSE_TEST_MLFLOW=http://127.0.0.1:5000.
 */

type Tags = Record<string, string>;
interface ModelVersion {
  version: string;
  source: string;
  run_id: string;
  tags: Tags;
  user_id?: string;
}
interface Run {
  run_id: string;
  experiment_id: string;
  status: string;
  tags: Tags;
  metrics: Record<string, number>;
  params: Record<string, string>;
  inputs?: object;
}
type Fields = Record<string, unknown>;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const missing = (what: string) => new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `${what} not found`);

export async function openMlflow({ token }: { token?: string } = {}) {
  const models = new Map<string, { versions: ModelVersion[]; aliases: Map<string, string> }>();
  const experiments = new Map<string, string>();
  const runs: Run[] = [];
  let made = 0;
  const files = new Map<string, Buffer>();
  const state = { hangs: false, down: false, calls: 0 };

  const modelNamed = (name: unknown) => {
    const model = models.get(String(name));
    if (!model) throw missing(`Registered Model with name=${name}`);
    return model;
  };
  const shown = ({ tags, ...version }: ModelVersion) => ({ ...version, tags: listOf(tags) });
  const withAliases = (name: unknown, version: ModelVersion) => ({
    ...shown(version),
    aliases: [...modelNamed(name).aliases].flatMap(([alias, to]) =>
      to === version.version ? [alias] : [],
    ),
  });
  const shownRun = ({ run_id, experiment_id, status, tags, metrics, params, inputs }: Run) => ({
    info: {
      ...{ run_id, experiment_id, status },
      artifact_uri: `mlflow-artifacts:/${experiment_id}/${run_id}/artifacts`,
    },
    data: {
      tags: listOf(tags),
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value })),
      params: listOf(params),
    },
    ...(inputs && { inputs }),
  });
  const versionOf = (name: unknown, number: unknown) => {
    const found = modelNamed(name).versions.find(({ version }) => version === String(number));
    if (!found) throw missing(`Model Version (name=${name}, version=${number})`);
    return found;
  };

  const api: Record<string, (fields: Fields) => object> = {
    'POST registered-models/create': ({ name }) => {
      if (models.has(String(name)))
        throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) exists`);
      models.set(String(name), { versions: [], aliases: new Map() });
      return {};
    },
    'POST registered-models/alias': ({ name, alias, version }) => {
      versionOf(name, version);
      modelNamed(name).aliases.set(String(alias), String(version));
      return {};
    },
    'DELETE registered-models/alias': ({ name, alias }) => {
      modelNamed(name).aliases.delete(String(alias));
      return {};
    },
    'GET registered-models/alias': ({ name, alias }) => {
      const version = modelNamed(name).aliases.get(String(alias));
      if (version === undefined)
        throw new Refusal(400, 'INVALID_PARAMETER_VALUE', `alias ${alias} not found.`);
      return { model_version: { name, ...shown(versionOf(name, version)) } };
    },
    'POST model-versions/create': ({ name, source, run_id, tags }) => {
      const { versions } = modelNamed(name);
      const last = Math.max(0, ...versions.map(({ version }) => Number(version)));
      const version = { version: String(last + 1), source: String(source) };
      const made = { ...version, run_id: String(run_id), tags: tagsOf(tags) };
      versions.push(made);
      return { model_version: shown(made) };
    },
    'GET model-versions/get': ({ name, version }) => ({
      model_version: { name, ...shown(versionOf(name, version)) },
    }),
    'GET model-versions/get-download-uri': ({ name, version }) => {
      const { source, run_id } = versionOf(name, version);
      const [, folder] = /^runs:\/[^/]+\/(.+)$/.exec(source) ?? [];
      const run = runs.find((one) => one.run_id === run_id);
      const root = `mlflow-artifacts:/${run?.experiment_id}/${run_id}/artifacts`;
      return { artifact_uri: folder === undefined ? source : `${root}/${folder}` };
    },
    'POST model-versions/set-tag': ({ name, version, key, value }) => {
      versionOf(name, version).tags[String(key)] = String(value);
      return {};
    },
    'DELETE model-versions/delete': ({ name, version }) => {
      const gone = versionOf(name, version);
      const model = modelNamed(name);
      model.versions = model.versions.filter((one) => one !== gone);
      for (const [alias, to] of model.aliases) if (to === gone.version) model.aliases.delete(alias);
      return {};
    },
    'GET model-versions/search': ({ filter, max_results, page_token }) => {
      const [, name] = /name='([^']*)'/.exec(String(filter)) ?? [];
      const [, key, value] = /tags\.`([^`]+)` = '([^']*)'/.exec(String(filter)) ?? [];
      const all = models.get(String(name))?.versions ?? [];
      const found = all.filter(({ tags }) => key === undefined || tags[key] === value);
      const [from, size] = [Number(page_token ?? 0), Number(max_results)];
      const page = found.slice(from, from + size).map((one) => withAliases(name, one));
      const more = from + size < found.length && { next_page_token: String(from + size) };
      return page.length === 0 ? {} : { model_versions: page, ...more };
    },
    'POST experiments/create': ({ name }) => {
      if (experiments.has(String(name)))
        throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', `Experiment '${name}' already exists.`);
      const experiment_id = String(experiments.size + 1);
      experiments.set(String(name), experiment_id);
      return { experiment_id };
    },
    'GET experiments/get-by-name': ({ experiment_name: name }) => {
      const experiment_id = experiments.get(String(name));
      if (experiment_id === undefined) throw missing(`Experiment '${name}'`);
      return { experiment: { experiment_id, name } };
    },
    'POST runs/create': ({ experiment_id, tags }) => {
      made += 1;
      const run = { run_id: `${made}`.padStart(32, 'a'), status: 'RUNNING' };
      const data = { tags: tagsOf(tags), metrics: {}, params: {} };
      runs.push({ ...run, ...data, experiment_id: String(experiment_id) });
      return { run: shownRun(lastOf(runs)) };
    },
    'POST runs/search': ({ experiment_ids, filter }) => {
      const [, key = '', value] = /tags\.`([^`]+)` = '([^']*)'/.exec(String(filter)) ?? [];
      const ids = Array.isArray(experiment_ids) ? experiment_ids : [];
      const found = runs.filter(
        (run) => ids.includes(run.experiment_id) && run.tags[key] === value,
      );
      return found.length === 0 ? {} : { runs: found.map(shownRun) };
    },
    'GET runs/get': ({ run_id }) => {
      const run = runs.find((one) => one.run_id === run_id);
      if (!run) throw missing(`Run '${run_id}'`);
      return { run: shownRun(run) };
    },
    'POST runs/delete': ({ run_id }) => {
      const at = runs.findIndex((one) => one.run_id === run_id);
      if (at === -1) throw missing(`Run '${run_id}'`);
      runs.splice(at, 1);
      return {};
    },
    'POST runs/log-batch': ({ run_id, metrics, params }) => {
      const run = runs.find((one) => one.run_id === run_id);
      if (!run) throw missing(`Run ${run_id}`);
      for (const { key, value } of pairs(metrics)) run.metrics[key] = Number(value);
      for (const { key, value } of pairs(params)) run.params[key] = String(value);
      return {};
    },
    'POST runs/update': ({ run_id, status }) => {
      const run = runs.find((one) => one.run_id === run_id);
      if (!run) throw missing(`Run ${run_id}`);
      run.status = String(status);
      return {};
    },
  };

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    state.calls += 1;
    if (state.hangs) return;
    const end = (status: number, answer: object): unknown =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer));
    if (state.down) return end(500, { error_code: 'INTERNAL_ERROR', message: 'no database' });
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return end(401, {});
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://mlflow');
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(pathname)?.[1];
    if (artifact !== undefined) {
      const path = decodeURIComponent(artifact);
      if (request.method === 'PUT') files.set(path, body);
      else return response.writeHead(files.has(path) ? 200 : 404).end(files.get(path));
      return end(200, {});
    }
    if (pathname === '/api/2.0/mlflow-artifacts/artifacts') {
      const folder = `${searchParams.get('path')}/`;
      const inside = [...files].filter(([path]) => path.startsWith(folder));
      const listed = inside.map(([path, bytes]) => ({
        ...{ path: path.slice(folder.length), is_dir: false, file_size: bytes.byteLength },
      }));
      return end(200, { files: listed });
    }
    const call = api[`${request.method} ${pathname.replace('/api/2.0/mlflow/', '')}`];
    if (!call) return end(404, { error_code: 'ENDPOINT_NOT_FOUND', message: pathname });
    const fields =
      request.method === 'GET' ? Object.fromEntries(searchParams) : JSON.parse(body.toString());
    try {
      return end(200, call(fields));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return end(error.status, { error_code: error.code, message: error.message });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return {
    ...{ url: `http://127.0.0.1:${address.port}`, state, runs, files, models },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const listOf = (tags: Tags) => Object.entries(tags).map(([key, value]) => ({ key, value }));

function pairs(given: unknown): { key: string; value: unknown }[] {
  return Array.isArray(given) ? given : [];
}

const tagsOf = (given: unknown): Tags =>
  Object.fromEntries(pairs(given).map(({ key, value }) => [key, String(value)]));

function lastOf<One>(list: readonly One[]): One {
  const last = list.at(-1);
  if (last === undefined) throw new Error('it is empty');
  return last;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
