import type { Address } from '../../src/core/address.ts';
import type { Choice, Field, Form, FormValues } from '../../src/core/form.ts';
import type { ModelSpec, Models, Parameter } from '../../src/core/model.ts';

/** The form for a training: the model, its window and each of its parameters. */
export function trainingForm(given: FormValues, models: Models, from: Address): Form {
  const spec = chosenModel(given, models, from);
  const parameters = Object.entries(spec.parameters).map(([name, parameter]) =>
    parameterField(`parameters.${name}`, name, parameter, given[`parameters.${name}`]),
  );
  return {
    command: 'train',
    title: `Train ${spec.name}`,
    text: spec.summary,
    submit: 'Train',
    fields: [
      modelField(models, spec),
      dayField('from', 'First day of the training data', given),
      dayField('to', 'Day after the last day', given),
      ...parameters,
    ],
  };
}

/** The chosen model, or the one of this channel, or the first. */
export function chosenModel({ model }: FormValues, models: Models, from: Address): ModelSpec {
  const list = models.list();
  const lives = ({ homes }: ModelSpec) =>
    homes.some((home) => home.platform === from.platform && home.channel === from.channel);
  return models.get(model ?? (list.find(lives) ?? list[0])?.name ?? '');
}

export function modelField(models: Models, chosen: ModelSpec): Field {
  return {
    kind: 'choice',
    name: 'model',
    label: 'Model',
    required: true,
    initial: chosen.name,
    reshapes: true,
    choices: models.list().map(({ name, summary }) => ({
      value: name,
      label: name,
      ...(summary && { hint: summary }),
    })),
  };
}

function dayField(name: string, label: string, given: FormValues): Field {
  const hint = 'Leave empty to use the newest data, minus the held-out days';
  return { kind: 'day', name, label, hint, required: false, ...initial(given[name]) };
}

function parameterField(
  name: string,
  label: string,
  parameter: Parameter,
  given: string | undefined,
): Field {
  const { type, summary, min, max } = parameter;
  const head = {
    ...{ name, label, required: false },
    ...(summary && { hint: summary }),
    ...initial(given ?? String(parameter.default)),
  };
  const choices = type === 'boolean' ? ['true', 'false'] : parameter.choices;
  if (choices) return { ...head, kind: 'choice', choices: choices.map(plainChoice) };
  if (type === 'string') return { ...head, kind: 'text' };
  return {
    ...{ ...head, kind: 'number', whole: type === 'integer' },
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

const plainChoice = (value: string): Choice => ({ value, label: value });
const initial = (value: string | undefined) => (value ? { initial: value } : {});
