import type { LineageEvidence } from '../../../../src/core/gate.ts';
import type { GateSample } from '../../../contracts/gate.ts';

const lineage = (change: Partial<LineageEvidence> = {}): { lineage: LineageEvidence } => ({
  lineage: {
    ...{ run: 'run-1', runStatus: 'succeeded', data: { sha256: 'ab'.repeat(32), rows: 3000 } },
    ...{ code: { revision: 'c0ffee', dirty: false }, missingParameters: [] },
    ...{ seed: { name: 'seed', value: '1' }, ...change },
  },
});

export const sample: GateSample = {
  gate: { lineage: 'complete', code: 'committed' },
  passes: lineage(),
  fails: [
    { evidence: lineage({ seed: undefined }), words: /missing a seed/, change: /"seed"/ },
    {
      evidence: lineage({ missingParameters: ['trees'] }),
      words: /parameter trees/,
      change: /again/,
    },
    {
      evidence: lineage({ code: { revision: 'unversioned', dirty: true } }),
      ...{ words: /revision of the code/, change: /git repository/ },
    },
    {
      evidence: lineage({ code: { revision: 'c0ffee', dirty: true } }),
      ...{ words: /uncommitted changes/, change: /commit the changes/ },
    },
    {
      evidence: lineage({ runStatus: undefined }),
      ...{ words: /no run run-1 that made it/, change: /^\/train/ },
    },
    { evidence: lineage({ runStatus: 'cancelled' }), words: /is cancelled/, change: /^\/train/ },
    {
      evidence: lineage({ bytesProblem: 'artifact abc is corrupt.' }),
      ...{ words: /artifact abc is corrupt\.$/, change: /^\/train/ },
    },
  ],
  contradictions: [{ gate: { lineage: 'partial' }, words: /./ }],
};
