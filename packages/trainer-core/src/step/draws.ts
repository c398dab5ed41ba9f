import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerContext } from '../contract/layers.js';
import type { Draw } from '../contract/step-compiler.js';

/** Rows of a batch. */
export interface Part {
  readonly from: number;
  readonly size: number;
}

/** The draws of one step: every evaluation of it gets the same numbers, and a part of the batch gets its rows of them. */
export class StepDraws {
  readonly #draw: Draw;
  readonly #drawn = new Map<string, Tensor>();

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  dispose(): void {
    for (const tensor of this.#drawn.values()) tensor.dispose();
  }

  /** `uniform` of an evaluation, the n-th call for a purpose being its n-th draw; of `part` in a batch of `rows`. */
  from(part: Part | undefined, rows = 0): LayerContext['uniform'] {
    const calls = new Map<string, number>();
    return (purpose, shape, options = {}) => {
      const call = calls.get(purpose) ?? 0;
      calls.set(purpose, call + 1);
      const cut = options.rows === true && part !== undefined && part.size !== rows;
      const whole = cut ? [rows, ...shape.slice(1)] : shape;
      const key = JSON.stringify([purpose, call, whole]);
      const drawn = this.#drawn.get(key) ?? tf.keep(tf.clone(this.#draw(purpose, whole, options)));
      this.#drawn.set(key, drawn);
      if (!cut) return tf.clone(drawn);
      return tf.slice(drawn, [part.from, ...shape.slice(1).map(() => 0)], [...shape]);
    };
  }
}
