import { isEvenkeelError, messageOf, show } from '@evenkeel/errors';
import type { DependencyContainer } from 'tsyringe';
import { count, flag, method, object, optional } from '../contract/shape.js';
import type { Persistent, PluginInput, SetupContext, TrainerPlugin } from '../contract/plugin.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { createRandom } from '../random/random-stream.js';
import type { RandomStream } from '../random/random-stream.js';
import { CORE_ROLES, REPLICAS, TASK } from '../roles/core-roles.js';
import { createTrainerContainer } from './container.js';
import { EventHub } from './event-hub.js';
import { checkPlugins, flattenPlugins } from './plugin-list.js';
import { orderPlugins } from './plugin-order.js';
import type { PlacedPlugin } from './plugin-order.js';
import { RequestBox } from './request-box.js';
import { RoleBook } from './role-book.js';

/** State that a plugin persists, with its owner. */
export interface OwnedState {
  readonly plugin: string;
  readonly key: string;
  readonly state: Persistent;
}

/** What state has to look like: what is saved without a version could not be read again. */
const STATE = object({ version: count, save: method(), load: method(), optional: optional(flag) });

/** What a setup returned. */
type Teardown = () => void | Promise<void>;

/** The plugins of one trainer, set up and connected. */
export interface Assembly {
  readonly container: DependencyContainer;
  readonly placed: readonly PlacedPlugin[];
  readonly roles: RoleBook;
  readonly hub: EventHub;
  readonly requests: RequestBox;
  readonly states: readonly OwnedState[];
  /** Streams that plugins draw from, by name. */
  readonly streams: ReadonlyMap<string, RandomStream>;
  /** What setups returned, last first. */
  readonly teardowns: readonly Teardown[];
}

/** Checks and orders plugins, runs their setups and resolves every role once, so that errors come now. */
export function assemble(builtIn: TrainerPlugin, input: PluginInput, seed: number): Assembly {
  const plugins = flattenPlugins(input);
  checkPlugins(plugins);
  const placed = orderPlugins(plugins);
  const container = createTrainerContainer();
  const roles = new RoleBook(container, CORE_ROLES);
  const hub = new EventHub();
  const requests = new RequestBox();
  const states: OwnedState[] = [];
  const streams = new Map<string, RandomStream>();
  const teardowns: Teardown[] = [];

  const setUp = (plugin: TrainerPlugin): void => {
    const { name } = plugin;
    let open = true;
    const context: SetupContext = {
      seed,
      leads() {
        if (open) throw new Error('leads() is known once all plugins are set up');
        return roles.resolve(REPLICAS).leads;
      },
      requests,
      roles: roles.registryFor(name, () => open),
      hooks: hub.hooksFor(name),
      state: {
        persist(key, state) {
          if (!open) throw trainerErrors.LATE_CALL({ plugin: name, call: 'state.persist' });
          const problem =
            typeof key === 'string' && key !== '' ? STATE.problemOf(state) : `its key is ${show(key)}`;
          if (problem !== undefined) throw trainerErrors.BAD_STATE({ plugin: name, key, problem });
          if (states.some((other) => other.plugin === name && other.key === key)) {
            throw trainerErrors.DUPLICATE_STATE({ plugin: name, key });
          }
          states.push({ plugin: name, key, state });
        },
      },
      random(purpose) {
        if (!open) throw trainerErrors.LATE_CALL({ plugin: name, call: 'random' });
        const id = JSON.stringify([name, purpose]);
        const stream = streams.get(id) ?? createRandom(seed, 'plugin', name, purpose);
        streams.set(id, stream);
        return stream;
      },
    };
    const teardown = resultOfSetup(plugin, context);
    open = false;
    if (teardown) teardowns.unshift(namedTeardown(name, teardown));
  };
  try {
    for (const plugin of [builtIn, ...placed.map((place) => place.plugin)]) setUp(plugin);
    checkTasks(placed, roles);
    roles.accounts();
  } catch (error) {
    tearDown(teardowns);
    throw error;
  }
  return { container, placed, roles, hub, requests, states, streams, teardowns };
}

/** Calls what setups returned, for a trainer that will not come to be; nobody waits, and what fails is not heard. */
export function tearDown(teardowns: readonly Teardown[]): void {
  for (const teardown of teardowns) {
    void (async () => {
      await teardown();
    })().catch(() => undefined);
  }
}

/** A teardown whose failure, thrown or a promise that rejects, is named after the plugin. */
function namedTeardown(plugin: string, teardown: Teardown): Teardown {
  return async () => {
    try {
      await teardown();
    } catch (cause) {
      if (isEvenkeelError(cause)) throw cause;
      const reason = messageOf(cause);
      throw trainerErrors.TEARDOWN_FAILED({ plugin, reason }, { cause });
    }
  };
}

/** Runs a plugin's setup; a failure that has no code is named after the plugin. */
function resultOfSetup(plugin: TrainerPlugin, context: SetupContext): Teardown | undefined {
  let returned: unknown;
  try {
    returned = plugin.setup(context);
  } catch (cause) {
    if (isEvenkeelError(cause)) throw cause;
    const reason = messageOf(cause);
    throw trainerErrors.SETUP_FAILED({ plugin: plugin.name, reason }, { cause });
  }
  if (returned === undefined || typeof returned === 'function') return returned as Teardown | undefined;
  const reason = `it returned ${show(returned)}, expected a function or nothing, not a promise`;
  throw trainerErrors.SETUP_FAILED({ plugin: plugin.name, reason });
}

/** Throws TRAINER_WRONG_TASK when a plugin, or a value of a role, is for another task than the trainer's. */
function checkTasks(placed: readonly PlacedPlugin[], roles: RoleBook): void {
  const task = roles.resolve(TASK).name;
  for (const { plugin } of placed) {
    const needs = plugin.task;
    if (needs !== undefined && needs !== task) {
      throw trainerErrors.WRONG_TASK({ what: `Plugin '${plugin.name}'`, needs, task });
    }
  }
  roles.checkTask(task);
}
