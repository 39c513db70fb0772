import { stringify } from 'yaml';

/** A model that the programs of `writeWorkspace` train. */
const MODEL = {
  channel: 'flights',
  features: { distance: 'number', carrier: 'category' },
  label: 'late',
  dataset: ['sh', 'dataset.sh'],
  train: ['sh', 'train.sh'],
  parameters: { quality: { type: 'string', default: 'strong' } },
  training: { from: '2001-01-01', to: '2001-02-01', timeout_minutes: 1 },
};

/**
 * The text of a `wheelhouse.yaml` for the folder of `writeWorkspace`.
 * @param models what differs from `MODEL`, by name
 * @param more what differs from the rest
 */
export function workspaceText(
  models: Readonly<Record<string, object>> = { flights: {} },
  more: object = {},
): string {
  return stringify({
    name: 'Test',
    channels: { flights: {} },
    people: { dev: { name: 'Dev', role: 'admin' } },
    ...more,
    models: Object.fromEntries(
      Object.entries(models).map(([name, own]) => [name, { ...MODEL, ...own }]),
    ),
  });
}
