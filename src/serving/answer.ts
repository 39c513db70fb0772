import type { AnswerField, AnswerSpec, Answers, Classes } from '../core/task.ts';

/** The answers to one request, and how to read them. */
export interface Given {
  fields: readonly AnswerField[];
  classes: Classes;
  answers: Answers;
  rows: number;
}

/** The declared outputs of a model, for the Open Inference Protocol. */
export function declaredOutputs({ fields }: Pick<AnswerSpec, 'fields'>, classes: Classes) {
  return fields.map(({ name, datatype, width }) => ({
    name,
    datatype,
    shape: [-1, width(classes)],
  }));
}

/** The outputs of an answer as JSON, written manually, just as requests are parsed manually. */
export function writeOutputs({ fields, classes, answers, rows }: Given): string {
  const outputs = fields.map(({ name, datatype, width, of }) => {
    let data = '';
    for (let row = 0; row < rows; row += 1) {
      const value = of(answers, row, classes);
      if (row > 0) data += ',';
      data += typeof value === 'object' ? value.map(jsonOf).join(',') : jsonOf(value);
    }
    return `{"name":"${name}","datatype":"${datatype}","shape":[${rows},${width(classes)}],"data":[${data}]}`;
  });
  return `[${outputs.join(',')}]`;
}

/** The members of a log row, e.g. `"score":0.5`. */
export function writeLogged(
  { fields, classes, answers }: Omit<Given, 'rows'>,
  row: number,
): string {
  let text = '';
  for (const { name, of } of fields) {
    const value = of(answers, row, classes);
    if (text !== '') text += ',';
    text += `"${name}":${typeof value === 'object' ? `[${value.map(jsonOf).join(',')}]` : jsonOf(value)}`;
  }
  return text;
}

/** NaN does not exist in JSON and becomes null. */
function jsonOf(value: number | string): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Number.isFinite(value) ? String(value) : 'null';
}
