import { TRAINABLE } from '@evenkeel/trainer-core';
import type { RoleRegistry, TrainableRule, TrainerPlugin } from '@evenkeel/trainer-core';
import type { PluginCheck } from './kit.js';
import { epochsOf, kitTrainer } from './kit-run.js';

/** Rules about variables and tags match some of the run: a name that matches nothing is a misspelt one. */
export const checkMatches: PluginCheck = async (kit) => {
  const idle = new Set<string>();
  const tags = new Set<string>();
  const trainer = kitTrainer(kit, [watched(kit.factory(), idle, tags)]);
  let names = '';
  try {
    await trainer.fit({ epochs: epochsOf(kit), evaluateEvery: 0 });
    names = trainer
      .variables()
      .filter(({ group }) => group !== 'optimizer')
      .map(({ name }) => name)
      .join(', ');
  } finally {
    await trainer.dispose();
  }
  return Array.from(
    idle,
    (rule) =>
      `The rule '${rule}' in TRAINABLE matches nothing: all variables train in all batches. Compare its names with those here: ` +
      `variables ${names}; tags ${[...tags].join(', ')}.`,
  );
};

/** The plugin, its rules being heard: those that never said no stay in `idle`. */
function watched(plugin: TrainerPlugin, idle: Set<string>, tags: Set<string>): TrainerPlugin {
  const heard = (rule: TrainableRule): TrainableRule => {
    idle.add(rule.name);
    return {
      name: rule.name,
      trains(variable, tag) {
        tags.add(tag);
        const trains = rule.trains(variable, tag);
        if (!trains) idle.delete(rule.name);
        return trains;
      },
      freezes(part, tag) {
        const freezes = rule.freezes?.(part, tag) === true;
        if (freezes) idle.delete(rule.name);
        return freezes;
      },
    };
  };
  return {
    ...plugin,
    setup(context) {
      const contribute: RoleRegistry['contribute'] = (role, value, options) => {
        const isRule = role.token === TRAINABLE.token;
        const given = isRule ? (heard(value as TrainableRule) as typeof value) : value;
        context.roles.contribute(role, given, options);
      };
      return plugin.setup({ ...context, roles: { ...context.roles, contribute } });
    },
  };
}
