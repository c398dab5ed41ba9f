import type { PixelImage } from '@evenkeel/datasets-lt';
import { defineOptions, number } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { imageErrors } from '../errors.js';
import { adjustHue } from '../pixels/adjust-hue.js';
import { adjustBrightness, adjustContrast, adjustSaturation } from '../pixels/enhance.js';
import type { PixelStep } from './pixel-step.js';

/** How far colours are varied. */
export interface ColorJitterOptions {
  /** Factor from an even draw in max(0, 1 - brightness) .. 1 + brightness; default 0: left alone. */
  readonly brightness?: number;
  /** As brightness, the distance from the mean brightness. */
  readonly contrast?: number;
  /** As brightness, the distance from grey. */
  readonly saturation?: number;
  /** Share of a full circle, 0 .. 0.5, from an even draw in -hue .. hue; default 0. */
  readonly hue?: number;
}

const reach = () => number({ min: 0 }).default(0);

/** The options of `colorJitter`. */
export const colorJitterOptions = defineOptions('colorJitter', imageErrors.BAD_OPTION, {
  brightness: reach(),
  contrast: reach(),
  saturation: reach(),
  hue: number({ min: 0, max: 0.5 }).default(0),
} satisfies SpecOf<ColorJitterOptions>);

const PARTS: readonly {
  readonly option: keyof ColorJitterOptions;
  readonly apply: (image: PixelImage, factor: number) => void;
}[] = [
  { option: 'brightness', apply: adjustBrightness },
  { option: 'contrast', apply: adjustContrast },
  { option: 'saturation', apply: adjustSaturation },
  { option: 'hue', apply: adjustHue },
];

/**
 * Brightness, contrast, saturation and hue in a random order (torchvision's `ColorJitter`, on Pillow's bytes). Draws: the
 * order by a shuffle of four (`integer(4)`, `integer(3)`, `integer(2)`), then one `uniform` for each of the four that is
 * above 0, in the order of this sentence. Throws `IMAGES_BAD_OPTION`.
 */
export function colorJitter(options: ColorJitterOptions): PixelStep {
  const read = colorJitterOptions.read(options);
  return {
    kind: 'color-jitter',
    name: `color-jitter (${PARTS.map(({ option }) => `${option} ${read[option]}`).join(', ')})`,
    options: read,
    apply(image, random) {
      const order = [0, 1, 2, 3];
      for (let place = 3; place > 0; place--) {
        const other = random.integer(place + 1);
        [order[place], order[other]] = [order[other], order[place]];
      }
      const factors = PARTS.map(({ option }) => {
        const far = read[option];
        if (far === 0) return undefined;
        const least = option === 'hue' ? -far : Math.max(0, 1 - far);
        const most = option === 'hue' ? far : 1 + far;
        return least + (most - least) * random.uniform();
      });
      for (const part of order) {
        const factor = factors[part];
        if (factor !== undefined) PARTS[part].apply(image, factor);
      }
    },
  };
}
