import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSettings } from '../config/settings.ts';
import { adapterKinds } from '../src/platforms/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const dockerfile = read('Dockerfile').replaceAll(/\\\n\s*/g, ' ');
const instructions = (name: string) =>
  [...dockerfile.matchAll(new RegExp(`^${name}\\s+(.*)$`, 'gm'))].map(([, words = '']) => words);

const Service = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
});
const compose = z
  .object({ services: z.record(z.string(), Service), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(read('compose.yaml'), { merge: true }));
const roles = Object.entries(compose.services).filter(([, { image }]) => image === 'wheelhouse');
/** Every environment variable that the configuration reads. */
const KNOWN = new Set([
  ...[read('config/settings.ts'), read('config/traces.ts')].flatMap((text) =>
    [...text.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name),
  ),
  ...adapterKinds.flatMap(({ variables }) => variables),
]);

describe('Dockerfile', () => {
  it('copies only existing files that .dockerignore includes', () => {
    const allowed =
      read('.dockerignore')
        .match(/^!.*/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const copied = instructions('COPY')
      .filter((words) => !words.startsWith('--from'))
      .flatMap((words) => words.split(/\s+/).slice(0, -1));
    expect(copied.length).toBeGreaterThan(8);
    for (const source of copied) {
      expect(allowed).toContain(source);
      expect(existsSync(`${ROOT}${source.replace('*', '')}`), source).toBe(true);
    }
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted());
  });

  it('copies everything that the build reads', async () => {
    const { SOURCES } = z
      .object({ SOURCES: z.array(z.string()).nonempty() })
      .parse(await import(`${ROOT}scripts/lib/built.mjs`));
    const copied = instructions('COPY').flatMap((words) => words.split(/\s+/));
    for (const source of SOURCES) expect(copied).toContain(source);
  });

  it('prunes the binaries that are there to prune', () => {
    const [folder = ''] = /node_modules\/onnxruntime-node\/bin\/[\w-]+/.exec(dockerfile) ?? [];
    for (const processor of ['x64', 'arm64'])
      expect(existsSync(`${ROOT}${folder}/linux/${processor}/onnxruntime_binding.node`)).toBe(true);
  });

  it('runs the built main file as an unprivileged user', () => {
    expect(instructions('FROM').every((words) => words.startsWith('node:24-slim'))).toBe(true);
    expect(instructions('USER')).toEqual(['node']);
    expect(instructions('ENTRYPOINT')).toEqual(['["node", "dist/src/main.js"]']);
    expect(existsSync(`${ROOT}src/main.ts`)).toBe(true);
  });

  it('sets only variables that the configuration knows', () => {
    const [words = ''] = instructions('ENV');
    const names = [...words.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name);
    expect(names.filter((name) => name !== 'NODE_ENV' && !KNOWN.has(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(3);
  });
});

describe('compose.yaml', () => {
  it('runs each role of the one image, as main.ts names them', () => {
    const main = read('src/main.ts');
    const names = ['bot', 'monitor', 'policy', 'serve', 'worker'];
    expect(roles.map(([name]) => name).toSorted()).toEqual(names);
    for (const [name, { command }] of roles) {
      expect(command).toEqual(['role', name]);
      expect(main).toMatch(new RegExp(`^  ${name}: async \\(\\) => .*\\.start`, 'm'));
    }
  });

  it.each(roles)('gives %s an environment that the configuration accepts', (_, { environment }) => {
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    const filled = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, filledIn(value)]),
    );
    const settings = readSettings(filled);
    expect(settings).toMatchObject({ home: '/state', workspace: '/workspace' });
    expect(settings.inferenceUrl).toBe('http://serve:4681');
    expect(settings.redisUrl).toContain('@redis:6379');
    expect(settings.mongodbUri).toContain('@mongodb:27017/wheelhouse');
  });

  it('publishes ports on loopback only, and mounts volumes that it declares', () => {
    for (const { ports, volumes } of Object.values(compose.services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      for (const [name = ''] of volumes.map((volume) => volume.split(':')))
        if (/^\w+$/.test(name)) expect(Object.keys(compose.volumes)).toContain(name);
    }
    expect(compose.services['bot']?.ports).toEqual(['127.0.0.1:4680:4680']);
    expect(compose.services['serve']?.ports).toEqual(['127.0.0.1:4681:4681']);
  });

  it('holds no secret, and asks for each', () => {
    const text = read('compose.yaml');
    for (const name of ['WHEELHOUSE_TOKEN', 'REDIS_PASSWORD', 'MONGODB_PASSWORD'])
      expect(text).toContain(`\${${name}:?`);
    expect(read('.gitignore')).toMatch(/^\.env$/m);
  });

  it('keeps jobs through a crash and evicts none', () => {
    const command = compose.services['redis']?.command?.at(-1);
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });
});

/** Values as compose fills them in: `${NAME:-default}`, or a placeholder for required ones. */
function filledIn(value: string): string {
  return value.replaceAll(/\$\{\w+(?::-([^}]*)|:\?[^}]*)\}/g, (_, fallback: string | undefined) =>
    fallback === undefined ? 'something-of-length' : fallback,
  );
}
