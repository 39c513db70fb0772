import { Refused } from '../core/errors.ts';
import { nearMiss } from './near-miss.ts';
import { type OnnxModel, readModel } from './read.ts';
import { Malformed } from './wire.ts';

/**
 * Reads an ONNX file that is to be served, and refuses one whose weights are in another file: what is approved,
 * hashed and served must be the same bytes. Throws Refused, with what the file is instead or how to save it as
 * one file.
 */
export function assertSelfContained(bytes: Uint8Array): OnnxModel {
  const model = readOnnx(bytes);
  const { count, first } = model.external;
  if (count === 0) return model;
  const names = first.map(({ tensor }) => `"${tensor}"`).join(', ');
  const files = [...new Set(first.flatMap(({ location }) => location ?? []))];
  const where = files.length > 0 ? files.map((file) => `"${file}"`).join(', ') : 'another file';
  const which =
    count === 1
      ? `the tensor ${names} has its values`
      : `${count} tensors (first ${names}) have their values`;
  throw new Refused(`The model is not one file: ${which} in ${where}.`, {
    next: 'Save it as one: onnx.save_model(model, "model.onnx", save_as_external_data=False).',
  });
}

/** Throws Refused if the bytes are not an ONNX model, and says what they look like. */
function readOnnx(bytes: Uint8Array): OnnxModel {
  const other = nearMiss(bytes);
  if (other) throw new Refused(`The model is not an ONNX file: it is ${other.is}.`, other);
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause;
    throw new Refused(`The model is not a readable ONNX file: ${cause.message}.`, {
      next: 'Write onnx_model.SerializeToString() to the file, and close it before you report it.',
      cause,
    });
  }
}
