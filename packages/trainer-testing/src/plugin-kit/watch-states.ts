import type { Persistent, StateValue, TrainerPlugin } from '@evenkeel/trainer-core';

/** The plugin, and what it persists once it is set up, by key. */
export function watchStates(plugin: TrainerPlugin): {
  readonly plugin: TrainerPlugin;
  readonly states: ReadonlyMap<string, Persistent>;
} {
  const states = new Map<string, Persistent>();
  const watched: TrainerPlugin = {
    ...plugin,
    setup: (context) =>
      plugin.setup({
        ...context,
        state: {
          persist(key, state) {
            context.state.persist(key, state);
            states.set(key, state);
          },
        },
      }),
  };
  return { plugin: watched, states };
}

/** What `save` gives for every state now, as texts to compare. */
export function statesNow(states: ReadonlyMap<string, Persistent>): ReadonlyMap<string, string> {
  return new Map([...states].map(([key, state]) => [key, asText(state.save())]));
}

function asText(value: StateValue): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as Float32Array) : part,
  );
}
