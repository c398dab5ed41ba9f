import type { TrainerPlugin } from '../contract/plugin.js';
import { trainerErrors } from '../errors/trainer-errors.js';

/** A plugin in its place, with the reason for it. */
export interface PlacedPlugin {
  readonly plugin: TrainerPlugin;
  readonly reason: string;
}

const RANKS = { pre: 0, none: 1, post: 2 } as const;

/**
 * Sorts plugins: `pre`, then those that say nothing, then `post`; within each, list order; a plugin waits
 * until those that `after` and `before` put in front of it have their places. Throws the cycle if there is one.
 */
export function orderPlugins(plugins: readonly TrainerPlugin[]): PlacedPlugin[] {
  const wished = [...plugins].sort((a, b) => RANKS[a.order ?? 'none'] - RANKS[b.order ?? 'none']);
  const earlier = predecessors(wished);
  const placed: PlacedPlugin[] = [];
  const waiting = new Set(wished);
  const isReady = (plugin: TrainerPlugin) => earlier.get(plugin)!.every((before) => !waiting.has(before));
  while (waiting.size > 0) {
    const next = [...waiting].find(isReady);
    if (next === undefined) throw trainerErrors.ORDER_CYCLE({ cycle: findCycle(waiting, earlier) });
    waiting.delete(next);
    placed.push({ plugin: next, reason: reasonOf(next, earlier) });
  }
  return placed;
}

function predecessors(plugins: readonly TrainerPlugin[]): Map<TrainerPlugin, TrainerPlugin[]> {
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const earlier = new Map<TrainerPlugin, TrainerPlugin[]>(plugins.map((plugin) => [plugin, []]));
  for (const plugin of plugins) {
    for (const name of plugin.after ?? []) {
      const other = byName.get(name);
      if (other) earlier.get(plugin)!.push(other);
    }
    for (const name of plugin.before ?? []) {
      const other = byName.get(name);
      if (other) earlier.get(other)!.push(plugin);
    }
  }
  return earlier;
}

function reasonOf(
  plugin: TrainerPlugin,
  earlier: ReadonlyMap<TrainerPlugin, readonly TrainerPlugin[]>,
): string {
  const list = (names: string[]) => names.map((name) => `'${name}'`).join(', ');
  const after = earlier.get(plugin)!.map((other) => other.name);
  if (after.length > 0) return `after ${list(after)}`;
  const before = [...earlier.keys()].filter((other) => earlier.get(other)!.includes(plugin));
  if (before.length > 0) return `before ${list(before.map((other) => other.name))}`;
  return plugin.order ? `order: '${plugin.order}'` : 'list order';
}

/** Names along a cycle, earlier first, the first one repeated at the end. */
function findCycle(
  waiting: ReadonlySet<TrainerPlugin>,
  earlier: ReadonlyMap<TrainerPlugin, readonly TrainerPlugin[]>,
): string[] {
  const path: TrainerPlugin[] = [];
  let plugin = waiting.values().next().value!;
  while (!path.includes(plugin)) {
    path.push(plugin);
    plugin = earlier.get(plugin)!.find((before) => waiting.has(before))!;
  }
  const cycle = path.slice(path.indexOf(plugin)).map((member) => member.name);
  return [...cycle, cycle[0]].reverse();
}
