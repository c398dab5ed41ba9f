import type { DataFacts } from '../contract/events.js';
import type { ClassMetricContext } from '../contract/metric.js';
import type { Session } from './session.js';

/** What observers may know of the data; classes where the task has them. */
export function dataFacts({ dataset, task }: Pick<Session, 'dataset' | 'task'>): DataFacts {
  const { classNames, classCounts, shotGroups } = task.metricContext as Partial<ClassMetricContext>;
  if (!classNames || !classCounts || !shotGroups) return { data: dataset.name };
  return {
    data: dataset.name,
    classNames: [...classNames],
    classCounts: [...classCounts],
    shotGroups: [...shotGroups],
  };
}
