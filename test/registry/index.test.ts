import { afterAll, describe, expect, it } from 'vitest';
import { inWords, Unreachable } from '../../src/core/errors.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { openRegistry } from '../../src/registry/index.ts';
import { onlyFlights, openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock, uri } = library;

describe('registry', () => {
  it('answers a ping, and says when it does not', async () => {
    const registry = await openRegistry({ uri, clock, models: onlyFlights });
    await registry.ping();
    await registry.close();
    const ping = registry.ping();
    await expect(ping).rejects.toThrow(Unreachable);
    expect(await ping.catch(inWords)).toMatch(/^asking after the registry: /);
  });

  it('names the activity when the database does not answer', async () => {
    const registry = await openRegistry({ uri, clock, models: onlyFlights });
    await registry.close();
    const reading = registry.runs.get('run-1');
    await expect(reading).rejects.toThrow(Unreachable);
    expect(await reading.catch(inWords)).toBe(
      'reading the run: the registry did not answer. Check that MongoDB is running and that its address in the configuration is correct, then try again.',
    );
    await expect(registry.deployments.allLive()).rejects.toThrow(Unreachable);
  });

  it('says so when there is no server', async () => {
    const nowhere = `mongodb://127.0.0.1:${await freePort()}/wheelhouse`;
    const opening = openRegistry({ uri: nowhere, clock, models: onlyFlights });
    await expect(opening).rejects.toThrow(Unreachable);
    expect(await opening.catch(inWords)).toMatch(/^opening the registry: /);
  });

  it('builds every index, and builds none twice', async () => {
    await library.registry.ensureIndexes();
    const connection = await library.connect();
    const unique: string[] = [];
    for (const { name } of (await connection.listCollections()).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    ))
      for (const index of await connection.collection(name).listIndexes().toArray())
        if (index['unique'])
          unique.push(
            `${name} ${Object.keys(index['key']).join(',')} ${JSON.stringify(index['partialFilterExpression'] ?? {})}`,
          );
    expect(unique).toEqual([
      'alerts model,environment,ordinal {"unresolved":true}',
      'approvals model,version,environment {"active":true}',
      'audit sequence {}',
      'chat_posts platform,key {}',
      'findings monitor,environment,version,window.to,window.from {}',
      'proposals agent,day,place {}',
      'versions run {}',
      'versions imported.key {"imported.key":{"$exists":true}}',
      'versions model,number {}',
    ]);
  });
});
