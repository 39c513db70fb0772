import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import type { GateResult, LineageEvidence } from '../../../core/gate.ts';
import { count } from '../words.ts';

/**
 * It is known where the version comes from, so that it can be made again. That the bytes are those that its run made
 * may not be overridden: without that, nothing else that is known is about them.
 */
export const lineage = defineGate({
  name: 'lineage',
  summary: 'run, data, parameters, seed and bytes of the version are known',
  key: 'lineage',
  form: '{lineage: complete}',
  settings: z.object({
    lineage: z.literal('complete'),
    /** `committed`: the code must have a revision without uncommitted changes. */
    code: z.enum(['any', 'committed']).default('any'),
  }),
  needs: ['lineage'],
  judge({ code }, { lineage: known }, { model }) {
    if (!known) {
      const words = 'The lineage of the version was not looked up.';
      const missing = { value: 'unknown', limit: 'complete', words, status: 'failed' } as const;
      return { name: 'lineage', ...missing, change: 'Request the promotion again.' };
    }
    return [bytesOf(known, model), complete(known, code, model)];
  },
});

function bytesOf(
  { run, runStatus, bytesProblem }: LineageEvidence,
  model: string,
): Omit<GateResult, 'gate'> {
  const base = {
    name: 'lineage of the bytes',
    limit: 'the file that its run made',
    firm: true,
  } as const;
  const problem =
    bytesProblem ??
    (runStatus === undefined
      ? `there is no run ${run} that made it`
      : runStatus === 'succeeded'
        ? undefined
        : `${run}, which made it, is ${runStatus}`);
  if (problem === undefined) {
    const words = `The model file has the bytes that ${run} made.`;
    return { ...base, status: 'passed', value: 'verified', words };
  }
  const words = `The origin of the model file is not verified: ${problem.replace(/[.]$/, '')}.`;
  const change = `/train ${model} makes a version whose origin is known.`;
  return { ...base, status: 'failed', value: 'not verified', words, change };
}

function complete(
  { data, code, missingParameters, seed }: LineageEvidence,
  wanted: 'any' | 'committed',
  model: string,
): Omit<GateResult, 'gate'> {
  const base = { name: 'lineage', limit: 'complete' };
  const versioned = code.revision !== '' && code.revision !== 'unversioned';
  const gaps = [
    ...(data.sha256 === '' ? [['the training data', `/train ${model} again`]] : []),
    ...missingParameters.map((name) => [`the parameter ${name}`, `/train ${model} again`]),
    ...(seed
      ? []
      : [['a seed', `declare a parameter "seed" of ${model}, use it, and train again`]]),
    ...(wanted === 'committed' && !versioned
      ? [['the revision of the code', 'put the workspace into a git repository, and train again']]
      : []),
    ...(wanted === 'committed' && versioned && code.dirty
      ? [['the code (it had uncommitted changes)', 'commit the changes, and train again']]
      : []),
  ];
  if (gaps.length > 0) {
    const missing = gaps.map(([what]) => what).join(', ');
    const steps = [...new Set(gaps.map(([, step]) => step))].join('; ');
    return {
      ...{ ...base, status: 'failed', value: `without ${missing}` },
      words: `It is not known where the version comes from: missing ${missing}.`,
      change: `To pass, ${steps}.`,
    };
  }
  const revision = versioned
    ? `code ${code.revision.slice(0, 12)}${code.dirty ? ' with uncommitted changes' : ''}`
    : 'code of unknown revision';
  const words = `Trained on ${count(data.rows)} rows (${data.sha256.slice(0, 12)}), ${revision}, ${seed?.name} ${seed?.value}.`;
  return { ...base, status: 'passed', value: 'complete', words };
}
