import { show } from '@evenkeel/errors';
import type { DependencyContainer } from 'tsyringe';
import type { Persistent, PluginInput, SetupContext, TrainerPlugin } from '../contract/plugin.js';
import { trainerErrors } from '../errors.js';
import { EventHub } from '../loop/event-hub.js';
import { RequestBox } from '../loop/request-box.js';
import { createRandom } from '../random/random-stream.js';
import type { RandomStream } from '../random/random-stream.js';
import { createTrainerContainer } from './container.js';
import { namingPlugin } from './naming-plugin.js';
import { coreDefaults } from './core-defaults.js';
import { checkPlugins, flattenPlugins } from './plugin-list.js';
import { orderPlugins } from './plugin-order.js';
import type { PlacedPlugin } from './plugin-order.js';
import { RoleBook } from './role-book.js';

/** State that a plugin persists, with its owner. */
export interface OwnedState {
  readonly plugin: string;
  readonly key: string;
  readonly state: Persistent;
}

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
  readonly teardowns: readonly (() => void)[];
}

/** Checks and orders plugins, runs their setups and resolves every role once, so that errors come now. */
export function assemble(builtIn: TrainerPlugin, input: PluginInput, seed: number): Assembly {
  const plugins = flattenPlugins(input);
  checkPlugins(plugins);
  const placed = orderPlugins(plugins);
  const container = createTrainerContainer();
  const roles = new RoleBook(container, coreDefaults);
  const hub = new EventHub();
  const requests = new RequestBox();
  const states: OwnedState[] = [];
  const streams = new Map<string, RandomStream>();
  const teardowns: (() => void)[] = [];

  const setUp = (plugin: TrainerPlugin): void => {
    const { name } = plugin;
    let open = true;
    const context: SetupContext = {
      container,
      seed,
      requests,
      roles: roles.registryFor(name, () => open),
      hooks: hub.hooksFor(name),
      state: {
        persist(key, state) {
          if (!open) throw trainerErrors.LATE_CALL({ plugin: name, call: 'state.persist' });
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
    const teardown = namingPlugin(name, () => plugin.setup(context)) as unknown;
    open = false;
    if (typeof teardown === 'function') teardowns.unshift(teardown as () => void);
    else if (teardown !== undefined) {
      throw trainerErrors.SETUP_FAILED({
        plugin: name,
        reason: `it returned ${show(teardown)}, expected a function or nothing at once`,
      });
    }
  };
  try {
    for (const plugin of [builtIn, ...placed.map((place) => place.plugin)]) setUp(plugin);
    roles.accounts();
  } catch (error) {
    for (const teardown of teardowns) teardown();
    throw error;
  }
  return { container, placed, roles, hub, requests, states, streams, teardowns };
}
