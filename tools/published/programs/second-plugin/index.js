// What a plugin does that has the core among its dependencies instead of its peers: it brings a copy of its own.
import { definePlugin, LOSS } from '@evenkeel/trainer-core';

const loss = { name: 'mine', loss: (logits) => logits.sum() };

/** Made by the other copy. */
export const made = () =>
  definePlugin({ name: 'second', version: '1.0.0', api: '^2.0', setup: () => undefined });

/** Made by nobody, with a role of the other copy. */
export const plain = () => ({
  name: 'second',
  version: '1.0.0',
  api: '^2.0',
  setup: ({ roles }) => roles.provide(LOSS, loss),
});
