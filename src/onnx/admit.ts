import { Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import { bindModel, wholeFeatures } from './bind.ts';
import { type Fault, faultLines } from './fault.ts';
import { assertSelfContained } from './self-contained.ts';

/**
 * Looks at the bytes of a model before they are registered: one file, readable, and its inputs and
 * outputs fit the features and the rows that it was trained on: `notWhole` says of features why they
 * cannot be given as whole numbers. Gives warnings; throws Refused with every fault at once. Whether
 * onnxruntime loads it is seen when it is scored.
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
