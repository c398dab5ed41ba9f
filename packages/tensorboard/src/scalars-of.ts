import type { MetricValues, TrainerEvent } from '@evenkeel/trainer-core';
import type { Scalars } from './event.js';

/** Classes up to which every class has a scalar. */
const MOST_CLASSES = 200;

/** The numbers of an event by the names that TensorBoard groups them by; lists of numbers are left out but accuracy by class. */
export function scalarsOf(event: TrainerEvent, classNames: readonly string[] = []): Scalars {
  switch (event.type) {
    case 'step-end': {
      const { tag, loss, learningRate, logged } = event;
      return finite([
        [`loss/${tag}`, loss],
        ['learning-rate', learningRate],
        ...Object.entries(logged).map(([name, value]) => [`logged/${name}/${tag}`, value] as const),
      ]);
    }
    case 'inspection-end':
      return finite(numbersIn(event.values, `${event.name}/`));
    case 'epoch-end': {
      const { loss, imagesPerSecond, readShare, evaluation = {} } = event;
      return finite([
        ['epoch/loss', loss],
        ['speed/images-per-second', imagesPerSecond],
        ['speed/waiting-share', readShare],
        ...numbersIn(evaluation, 'evaluation/'),
        ...byClass(evaluation.perClass, classNames),
      ]);
    }
    default:
      return [];
  }
}

function numbersIn(values: MetricValues, prefix: string): [string, number][] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value === 'number' ? [[`${prefix}${name}`, value] as [string, number]] : [],
  );
}

function byClass(
  perClass: MetricValues[string] | undefined,
  classNames: readonly string[],
): [string, number][] {
  if (!Array.isArray(perClass) || perClass.length > MOST_CLASSES) return [];
  return (perClass as readonly (number | null)[]).flatMap((value, label) =>
    value === null ? [] : [[`accuracy-by-class/${classNames[label] ?? label}`, value] as [string, number]],
  );
}

function finite(values: Scalars): Scalars {
  return values.filter(([, value]) => Number.isFinite(value));
}
