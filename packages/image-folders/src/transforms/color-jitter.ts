import type { PixelImage } from '@evenkeel/datasets-lt';
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
  for (const { option } of PARTS) {
    const value = options[option] ?? 0;
    const most = option === 'hue' ? 0.5 : Infinity;
    if (value >= 0 && value <= most) continue;
    const expected = option === 'hue' ? 'a number in 0 .. 0.5' : 'a number of 0 or more';
    throw imageErrors.BAD_OPTION({ where: 'colorJitter', option, expected, received: value });
  }
  const given = PARTS.map(({ option }) => `${option} ${options[option] ?? 0}`).join(', ');
  return {
    kind: 'color-jitter',
    name: `color-jitter (${given})`,
    options,
    apply(image, random) {
      const order = [0, 1, 2, 3];
      for (let place = 3; place > 0; place--) {
        const other = random.integer(place + 1);
        [order[place], order[other]] = [order[other], order[place]];
      }
      const factors = PARTS.map(({ option }) => {
        const reach = options[option] ?? 0;
        if (reach === 0) return undefined;
        const least = option === 'hue' ? -reach : Math.max(0, 1 - reach);
        const most = option === 'hue' ? reach : 1 + reach;
        return least + (most - least) * random.uniform();
      });
      for (const part of order) {
        const factor = factors[part];
        if (factor !== undefined) PARTS[part].apply(image, factor);
      }
    },
  };
}
