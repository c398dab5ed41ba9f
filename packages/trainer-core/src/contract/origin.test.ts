import { expect, it, vi } from 'vitest';
import { RoleBook } from '../assembly/role-book.js';
import { createTrainerContainer } from '../assembly/container.js';
import { checkPlugins } from '../assembly/plugin-list.js';
import { definePlugin } from './define-plugin.js';
import type * as DefinePlugin from './define-plugin.js';
import type { TrainerPlugin } from './plugin.js';
import { role } from './roles.js';
import { anything } from './shape.js';
import type * as Roles from './roles.js';

/** Loads the module again, as a second installed copy would be. */
async function another<Module>(path: string): Promise<Module> {
  vi.resetModules();
  return (await import(path)) as Module;
}

const number = { purpose: 'a number', called: 'never', shape: anything };

const plain = (): TrainerPlugin => ({
  name: 'a',
  version: '1.0.0',
  api: '^2.0',
  setup: () => undefined,
});
const bothPlaces =
  /another copy of @evenkeel\/trainer-core: expected \d+\.\d+\.\d+ from \S+, received \d+\.\d+\.\d+ from \S+\. Install one copy/;

it('refuses a plugin that another copy made, and says where both are', async () => {
  const other = await another<typeof DefinePlugin>('./define-plugin.js');
  const theirs = other.definePlugin(plain());
  const refused = () => checkPlugins([theirs]);
  expect(refused).toThrow('TRAINER_TWO_COPIES');
  expect(refused).toThrow(/Plugin 'a'/);
  expect(refused).toThrow(bothPlaces);
  // Wrapping it makes it no other.
  expect(() => checkPlugins([definePlugin({ ...theirs, version: '2.0.0' })])).toThrow('TRAINER_TWO_COPIES');
});

it('refuses a role that another copy made, even in a plugin without a mark', async () => {
  const other = await another<typeof Roles>('./roles.js');
  const book = new RoleBook(createTrainerContainer(), []);
  const registry = book.registryFor('a', () => true);
  expect(() => registry.provide(other.role<number>('MINE', number), 1)).toThrow(
    /TRAINER_TWO_COPIES.*Role 'MINE'/,
  );
  expect(() => book.resolve(other.role<number>('MINE', number))).toThrow('TRAINER_TWO_COPIES');
});

it('accepts its own, what has no mark, and what is frozen', () => {
  expect(() => checkPlugins([definePlugin(plain())])).not.toThrow();
  expect(() => checkPlugins([plain()])).not.toThrow();
  expect(() => checkPlugins([definePlugin(Object.freeze(plain()))])).not.toThrow();
  const book = new RoleBook(createTrainerContainer(), []);
  const [one, two] = [role<number>('MINE', number), role<number>('MINE', number)];
  book.registryFor('a', () => true).provide(one, 1);
  expect(book.resolve(two)).toBe(1);
});
