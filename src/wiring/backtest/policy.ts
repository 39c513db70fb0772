import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { loadWorkspace } from '../../../config/workspace.ts';
import { BadInput, inWords } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model.ts';

/** What a policy file may change of a model. */
const KEYS = ['monitors', 'gates', 'retrain'];

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/**
 * The model with the monitors, gates and retraining policy of the policy file instead of its own.
 * @throws BadInput if the file cannot be read or has other keys; ConfigInvalid if its settings are not valid
 */
export async function underPolicy(
  policy: string,
  workspace: string,
  spec: ModelSpec,
): Promise<ModelSpec> {
  const changes = await readPolicy(policy);
  const { models } = await loadWorkspace(workspace, {
    instead: {
      file: policy,
      of: (raw) => {
        const file = fieldsOf(raw);
        const models = fieldsOf(file['models']);
        const changed = { ...fieldsOf(models[spec.name]), ...changes };
        return { ...file, models: { ...models, [spec.name]: changed } };
      },
    },
  });
  const { monitors, gates, retrain } = models.get(spec.name);
  return {
    ...spec,
    ...('monitors' in changes && { monitors }),
    ...('gates' in changes && { gates }),
    ...('retrain' in changes && retrain && { retrain }),
  };
}

async function readPolicy(file: string): Promise<Fields> {
  let raw: unknown;
  try {
    const document = parseDocument(await readFile(file, 'utf8'));
    const [fault] = document.errors;
    if (fault) throw fault;
    raw = document.toJS();
  } catch (cause) {
    throw new BadInput(`Reading the policy: ${inWords(cause)}`, { cause });
  }
  const changes = fieldsOf(raw);
  const names = Object.keys(changes);
  const [other] = names.filter((name) => !KEYS.includes(name));
  if (other !== undefined || names.length === 0)
    throw new BadInput(
      other === undefined
        ? `The policy ${file} changes nothing.`
        : `The policy ${file} has the key "${other}".`,
      {
        next: 'A policy has the keys monitors, gates and retrain, or some of them, as a model of wheelhouse.yaml has them.',
      },
    );
  return changes;
}
