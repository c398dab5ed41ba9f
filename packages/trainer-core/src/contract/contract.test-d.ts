import { expectTypeOf } from 'vitest';
import { definePlugin, LOSS, METRICS, object, role, SAMPLER, text } from '../index.js';
import type {
  Hooks,
  Loss,
  Metric,
  PluginInput,
  SamplerDefinition,
  SetupContext,
  StepEnd,
  TrainerOptions,
} from '../index.js';

const plugin = definePlugin({ name: 'p', version: '1.0.0', api: '^2.0', setup: () => undefined });

// Presets are arrays, and whatever is falsy is left out.
expectTypeOf(plugin).toExtend<PluginInput>();
expectTypeOf<false | null | undefined>().toExtend<PluginInput>();
expectTypeOf<readonly (typeof plugin | readonly (typeof plugin)[])[]>().toExtend<PluginInput>();
// A factory that was not called is not a plugin.
expectTypeOf<() => typeof plugin>().not.toExtend<PluginInput>();

// Data and model are all that a trainer needs, and a plugin may bring the model.
expectTypeOf<Pick<TrainerOptions, 'data'>>().toExtend<TrainerOptions>();
expectTypeOf<Pick<TrainerOptions, 'model'>>().not.toExtend<TrainerOptions>();

declare const context: SetupContext;
declare const loss: Loss;
declare const metric: Metric;
declare const sampler: SamplerDefinition;

// Roles know the type of their value, and single ones from lists.
context.roles.provide(LOSS, loss);
context.roles.provideFrom(SAMPLER, (resolve) => resolve(SAMPLER));
context.roles.contribute(METRICS, metric);
context.roles.decorate(SAMPLER, (inner) => ({ ...inner, name: `my ${inner.name}` }));
// @ts-expect-error a sampler is not a loss
context.roles.provide(LOSS, sampler);
// @ts-expect-error a list role takes contributions
context.roles.provide(METRICS, metric);
// @ts-expect-error a single role takes one provider
context.roles.contribute(LOSS, loss);
// A maker must make a whole value.
// @ts-expect-error a loss has a function, not only a name
context.roles.provideFrom(LOSS, () => ({ name: 'x' }));
// @ts-expect-error a maker goes through provideFrom
context.roles.provide(LOSS, () => loss);
const mine = { purpose: 'mine', called: 'never', shape: object({ name: text }) };
context.roles.provide(role<{ name: string }>('MINE', mine), { name: 'x' });

// Events are told apart by their type, and an observer cannot change them.
declare const hooks: Hooks;
hooks.step$.subscribe((event) => {
  if (event.type === 'step-end') {
    expectTypeOf(event).toEqualTypeOf<StepEnd>();
    // @ts-expect-error readonly
    event.loss = 0;
  }
  // @ts-expect-error only the end of a step has a loss
  void event.loss;
});
// Observers cannot send.
expectTypeOf(hooks.events$).not.toHaveProperty('next');
