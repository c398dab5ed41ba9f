import './reflect.js';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';

/** The container of one trainer; nothing is ever registered in tsyringe's global one. */
export function createTrainerContainer(): DependencyContainer {
  return container.createChildContainer();
}
