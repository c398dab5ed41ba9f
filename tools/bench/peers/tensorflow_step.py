"""One training step of ResNet-32 in TensorFlow for Python, as a tf.function, in float32 and in mixed bfloat16."""

import tensorflow as tf
from tensorflow import keras

from channel import serve, settings

options = settings()
batch, width, blocks = options["batch"], options["width"], options["blocks"]
tf.config.threading.set_intra_op_parallelism_threads(options["threads"])
layers = keras.layers


def convolution(x, outputs, stride=1):
    return layers.Conv2D(outputs, 3, stride, padding="same", use_bias=False)(x)


def network():
    images = layers.Input((32, 32, 3))
    x = layers.ReLU()(layers.BatchNormalization()(convolution(images, width)))
    inputs = width
    for stage in range(3):
        for block in range(blocks):
            outputs, stride = width * 2**stage, 2 if stage > 0 and block == 0 else 1
            y = layers.ReLU()(layers.BatchNormalization()(convolution(x, outputs, stride)))
            y = layers.BatchNormalization()(convolution(y, outputs))
            picked = x if stride == 1 else layers.AveragePooling2D(1, stride)(x)
            half = (outputs - inputs) // 2
            if half:
                picked = keras.ops.pad(picked, [[0, 0], [0, 0], [0, 0], [half, half]])
            x = layers.ReLU()(layers.add([y, picked]))
            inputs = outputs
    return keras.Model(images, layers.Dense(options["classes"], dtype="float32")(layers.GlobalAveragePooling2D()(x)))


x = tf.random.normal([batch, 32, 32, 3], seed=1)
y = tf.range(batch) % options["classes"]
crossEntropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def program(policy):
    keras.config.set_dtype_policy(policy)
    model = network()
    optimizer = keras.optimizers.SGD(0.01, 0.9)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = crossEntropy(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    return lambda: step().numpy()


modes = {"TensorFlow, tf.function": "float32", "TensorFlow, tf.function, bfloat16": "mixed_bfloat16"}
wanted = [options["only"]] if "only" in options else modes
programs = {name: program(modes[name]) for name in wanted}


def fails(step):
    """oneDNN has no convolution in bfloat16 for some levels of instructions."""
    try:
        step()
    except tf.errors.OpError:
        return True
    return False


failing = [name for name, step in programs.items() if fails(step)]
serve(
    "; ".join([f"TensorFlow {tf.__version__}, {options['threads']} threads", *(f"{name} does not run here" for name in failing)]),
    {name: step for name, step in programs.items() if name not in failing},
)
