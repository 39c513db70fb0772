import { describe, expect, it } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { s3 } from '../../src/data/sources/s3/index.ts';
import { examineSources } from '../../src/wiring/data/examine.ts';
import { sourceVariables } from '../../src/wiring/data/hooks.ts';
import { startDouble } from '../objects/s3/double/server.ts';
import { flights } from '../training/spec.ts';

const lake = (settings: Record<string, unknown>) => ({
  ...{
    name: 'lake',
    ...s3.schema.parse({ kind: 's3', bucket: 'models', attempts: 1, ...settings }),
  },
});
const workspaceWith = (settings: Record<string, unknown>) => ({
  models: modelsOf([{ ...flights, data: [lake(settings)] }]),
});

describe('data sources for the doctor', () => {
  it('says whether a bucket can be listed, and what to do if not', async () => {
    const { endpoint, keys, close } = await startDouble();
    const environment = {
      ...{ LAKE_ACCESS_KEY_ID: keys.accessKeyId, LAKE_SECRET_ACCESS_KEY: keys.secretAccessKey },
    };
    const settings = { endpoint, prefix: 'new', credentials: 'LAKE' };
    const examine = (given: Record<string, unknown>) =>
      examineSources({ environment }, workspaceWith({ ...settings, ...given }));
    try {
      expect(await examine({})).toEqual([
        { what: 'lake of flights: the bucket models under new/ can be listed', ok: true },
      ]);
      expect(await examine({ bucket: 'nowhere' })).toEqual([
        {
          what: 'lake of flights: Listing in the bucket nowhere: there is no such bucket, so nothing was listed.',
          ...{ ok: false, next: 'Create it, or correct "models.flights.data.lake.bucket".' },
        },
      ]);
      expect(await examine({ credentials: 'AWS' })).toMatchObject([
        { ok: false, next: 'Set it where this role runs: docs/data.md#credentials.' },
      ]);
    } finally {
      await close();
    }
  });

  it('knows which variables only the worker gets', () => {
    expect(sourceVariables(workspaceWith({ credentials: 'LAKE' }))).toEqual([
      'LAKE_ACCESS_KEY_ID',
      'LAKE_SECRET_ACCESS_KEY',
      'LAKE_SESSION_TOKEN',
    ]);
  });
});
