"""Class-balanced draws of an epoch: PyTorch's WeightedRandomSampler and NumPy's choice."""

import numpy
import torch
from torch.utils.data import BatchSampler, WeightedRandomSampler

from channel import serve, settings

options = settings()
counts = numpy.array(options["classCounts"])
weights = numpy.repeat(1 / counts / len(counts), counts)
weights /= weights.sum()
generator = numpy.random.default_rng(1)
sampler = WeightedRandomSampler(torch.from_numpy(weights), len(weights))
batches = BatchSampler(sampler, options["batch"], drop_last=False)

serve(
    f"torch {torch.__version__}, NumPy {numpy.__version__}",
    {
        f"WeightedRandomSampler, {options['name']}": lambda: list(sampler),
        f"WeightedRandomSampler in batches, {options['name']}": lambda: list(batches),
        f"NumPy choice, {options['name']}": lambda: generator.choice(len(weights), len(weights), p=weights),
    },
)
