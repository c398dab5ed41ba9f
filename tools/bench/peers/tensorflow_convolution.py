"""TensorFlow's own convolution, 3×3 with 16 channels at 32×32, batch 128, in float32 and in bfloat16."""

import tensorflow as tf

from channel import serve, settings

options = settings()
tf.config.threading.set_intra_op_parallelism_threads(options["threads"])


def program(dtype):
    x = tf.cast(tf.random.normal([options["batch"], 32, 32, 16], seed=1), dtype)
    kernel = tf.cast(tf.random.normal([3, 3, 16, 16], seed=2), dtype)
    convolve = tf.function(lambda: tf.nn.conv2d(x, kernel, 1, "SAME")[0, 0, 0, 0])
    return lambda: convolve().numpy()


serve(
    f"TensorFlow {tf.__version__}, {options['threads']} threads",
    {
        "TensorFlow, convolution": program(tf.float32),
        "TensorFlow, convolution, bfloat16": program(tf.bfloat16),
    },
)
