import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerContext } from '@evenkeel/trainer-core';

/** What one layer did in a forward pass. */
export interface LayerTrace {
  /** Path of the layer's scope. */
  readonly name: string;
  /** With the batch axis. */
  readonly outputShape: readonly number[];
  /** Multiplications with addition, of the whole batch. */
  readonly multiplyAdds: number;
}

/** A context that wants to know what the layers do; see `summary`. */
export interface TracingContext extends LayerContext {
  trace(layer: LayerTrace): void;
}

/** Tells the context of a layer's output, where the context wants to know, and returns the output. */
export function traced<Output extends Tensor>(
  context: LayerContext,
  name: string,
  output: Output,
  multiplyAdds = 0,
): Output {
  if (isTracing(context)) context.trace({ name, outputShape: output.shape, multiplyAdds });
  return output;
}

function isTracing(context: LayerContext): context is TracingContext {
  return 'trace' in context;
}
