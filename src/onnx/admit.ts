import { Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import { bindModel, wholeFeatures } from './bind.ts';
import { type Fault, faultLines } from './fault.ts';
import { assertSelfContained } from './self-contained.ts';

/**
 * Checks the bytes of a model before they are registered: one readable file whose inputs and outputs match the
 * features and the training rows; `notWhole` says for each feature why it cannot be given as integers. Returns
 * warnings; throws Refused with all errors at once. Whether onnxruntime loads the file is found out when it is
 * scored.
 */
export function admit(
  bytes: Uint8Array,
  declared: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
  notWhole: Readonly<Record<string, string>> = {},
): readonly string[] {
  const { binding, faults, warnings } = bindModel(assertSelfContained(bytes), declared);
  const all = [
    ...faults,
    ...(binding ? wholeFeatures(binding, declared.features) : []).flatMap((name) =>
      inWhole(name, notWhole),
    ),
  ];
  if (all.length > 0)
    throw new Refused(`The model does not fit wheelhouse.yaml:\n${faultLines(all)}`, {
      next: 'No version was registered. docs/troubleshooting.md lists the usual causes.',
    });
  return warnings;
}

function inWhole(name: string, notWhole: Readonly<Record<string, string>>): Fault[] {
  const why = Object.hasOwn(notWhole, name) ? notWhole[name] : undefined;
  if (why === undefined) return [];
  return [
    {
      what: `It takes "${name}" as a whole number (int32 or int64), but "${name}" ${why}.`,
      next: 'Export it with FloatTensorType([None, 1]) for that input.',
    },
  ];
}
