import { BadInput } from '../../core/errors.ts';
import type { AnswerField, AnswerSpec, Answers, Classes, LabelSpec } from '../../core/task.ts';
import { isRecord } from '../protocol.ts';
import { say } from '../say.ts';

type Tensor = Readonly<Record<string, unknown>>;

interface Expected {
  answer: AnswerSpec;
  label: LabelSpec;
  classes: Classes;
  /** As many as the inputs have. */
  rows: number;
}

/**
 * The answers in tensors such as `infer` answers. Fields of text follow from the numbers, so they may be left
 * out, and must agree with them if they are given.
 * @throws BadInput with one line that names the output and the row
 */
export function readOutputs(outputs: unknown, expected: Expected): Answers {
  const { answer, classes, rows } = expected;
  const tensors = byName(outputs, answer.fields);
  let answers: Answers | undefined;
  for (const field of answer.fields) {
    if (field.datatype === 'BYTES') continue;
    const tensor = tensors.get(field.name);
    if (!tensor) throw new BadInput(`missing output: ${field.name}.`);
    answers = answer.read(readNumbers(tensor, field, expected), rows, classes);
  }
  if (!answers) throw new BadInput(`"outputs" has no ${answer.noun} for each row.`);
  for (let row = 0; row < rows; row += 1) {
    const fault = answer.fault(answers, row, classes);
    if (fault !== undefined)
      throw new BadInput(
        `"outputs" has no usable ${answer.noun} in row ${row}: ${fault}. Expected ${answer.expected}.`,
      );
  }
  for (const field of answer.fields) {
    const tensor = tensors.get(field.name);
    if (field.datatype === 'BYTES' && tensor) requireSame(tensor, field, answers, expected);
  }
  return answers;
}

function byName(outputs: unknown, fields: readonly AnswerField[]): Map<string, Tensor> {
  const names = fields.map(({ name }) => name).join(', ');
  if (!Array.isArray(outputs))
    throw new BadInput(`"outputs" must be an array of tensors, as infer answers them: ${names}.`);
  const tensors = new Map<string, Tensor>();
  for (const output of outputs) {
    const name: unknown = isRecord(output) ? output['name'] : undefined;
    const field = fields.find((one) => one.name === name);
    if (!field || !isRecord(output))
      throw new BadInput(`output ${say(name)} is not one of this model, which has ${names}.`);
    if (tensors.has(field.name)) throw new BadInput(`output ${say(name)} is given twice.`);
    tensors.set(field.name, output);
  }
  return tensors;
}

function readNumbers(tensor: Tensor, field: AnswerField, expected: Expected): Float64Array {
  const data = dataOf(tensor, field, ['FP32', 'FP64'], expected);
  const width = field.width(expected.classes);
  const numbers = new Float64Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const value = data[at];
    if (typeof value !== 'number')
      throw new BadInput(
        `output "${field.name}" has ${say(value)} in row ${Math.floor(at / width)}, expected ${expected.answer.expected}.`,
      );
    numbers[at] = value;
  }
  return numbers;
}

/** What would be logged for a row follows from its numbers: something else that was sent would be lost. */
function requireSame(tensor: Tensor, field: AnswerField, answers: Answers, expected: Expected) {
  const { label, classes, rows } = expected;
  const data = dataOf(tensor, field, ['BYTES'], expected);
  for (let row = 0; row < rows; row += 1) {
    const value = data[row];
    const follows = field.of(answers, row, classes);
    if (value === follows) continue;
    const known = typeof value === 'string' && label.read(value, classes) !== undefined;
    throw new BadInput(
      known
        ? `output "${field.name}" has ${say(value)} in row ${row}, where ${say(follows)} has the highest probability. Send the probabilities in the order of the classes (${classes.join(', ')}), or leave "${field.name}" out.`
        : `output "${field.name}" has ${say(value)} in row ${row}, expected ${label.expected(classes)}.`,
    );
  }
}

/** Flat, row by row. The protocol allows data nested like its shape. */
function dataOf(
  tensor: Tensor,
  { name, width: widthOf }: AnswerField,
  datatypes: readonly string[],
  { classes, rows }: Expected,
): readonly unknown[] {
  const { datatype, shape, data } = tensor;
  const what = `output "${name}"`;
  const width = widthOf(classes);
  if (!datatypes.some((one) => one === datatype))
    throw new BadInput(
      `${what} must have datatype ${datatypes.join(' or ')}, got ${say(datatype)}.`,
    );
  const shapes = width === 1 ? `[${rows}] or [${rows}, 1]` : `[${rows}, ${width}]`;
  if (!isShape(shape, rows, width))
    throw new BadInput(
      `${what} must have shape ${shapes}, as "inputs" has ${rows} rows, got ${say(shape)}.`,
    );
  if (!Array.isArray(data)) throw new BadInput(`${what} must have "data" as an array.`);
  const nested = Array.isArray(data[0]);
  if (nested && data.some((row) => !Array.isArray(row) || row.length !== width))
    throw new BadInput(
      `${what} has shape ${say(shape)}, but not ${width} values in each nested row.`,
    );
  const flat: readonly unknown[] = nested ? data.flat() : data;
  if (flat.length !== rows * width)
    throw new BadInput(`${what} has shape ${say(shape)} and ${flat.length} values.`);
  return flat;
}

function isShape(shape: unknown, rows: number, width: number): boolean {
  if (!Array.isArray(shape) || shape[0] !== rows) return false;
  return shape.length === 1 ? width === 1 : shape.length === 2 && shape[1] === width;
}
