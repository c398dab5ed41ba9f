import { defineOptions, list, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, TRAINABLE } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { modelErrors } from '../errors.js';
import { version } from '../version.js';

/** What of a backbone is left to train. */
export interface FreezeBackboneOptions {
  /** Beginnings of paths below `backbone` that stay trainable, such as `stage4/block2`; default: none. */
  readonly except?: readonly string[];
}

/** The options of `freezeBackbone`. */
export const freezeBackboneOptions = defineOptions('freezeBackbone', modelErrors.BAD_OPTION, {
  except: list(text()).default([], 'none'),
} satisfies SpecOf<FreezeBackboneOptions>);

/**
 * Keeps the weights of the backbone as they are: only the classifier, and what `except` names, is trained. Without exceptions the
 * backbone also computes with its running statistics, as in evaluation, and keeps them; with some, all of its batch
 * normalisations keep batch statistics, since a part of the network is either frozen whole or not. Throws
 * `MODELS_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model: resnet50(), initialWeights: importWeights(file), plugins: [freezeBackbone()] });
 */
export function freezeBackbone(options: FreezeBackboneOptions = {}): TrainerPlugin {
  const { except } = freezeBackboneOptions.read(options);
  const name = '@evenkeel/models/freeze-backbone';
  const kept = except.map((path) => `backbone/${path}`);
  return definePlugin({
    name,
    version,
    api: '^2.0',
    description:
      except.length === 0 ? 'the backbone stays' : `the backbone stays but for ${except.join(', ')}`,
    setup({ roles }) {
      roles.contribute(TRAINABLE, {
        name,
        settings: { except },
        trains: (variable) =>
          variable.group !== 'backbone' ||
          kept.some((path) => variable.name === path || variable.name.startsWith(`${path}/`)),
        freezes: (part) => part === 'backbone' && except.length === 0,
      });
    },
  });
}
