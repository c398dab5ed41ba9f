"""Gradients of ResNet-32 with weights and images of ours: float32 beside ours, and bfloat16 autocast beside float32."""

import json

import numpy
import torch
import torch.nn.functional as F

from channel import serve, settings
from torch_networks import network

options = settings()
torch.set_num_threads(options["threads"])
with open(options["file"]) as file:
    given = json.load(file)
model = network(options)
parameters = dict(model.named_parameters())


def place_of(name):
    """backbone/stage1/block0/conv1/kernel here is stage1_block0.conv1.weight there."""
    *parts, last = name.split("/")
    path = ".".join(parts[1:] if parts[0] == "backbone" else parts).replace(".block", "_block")
    return f"{path}.{'bias' if last in ('bias', 'beta') else 'weight'}"


def theirs(values, shape):
    tensor = torch.from_numpy(numpy.array(values, dtype=numpy.float32)).reshape(shape)
    return tensor.permute(3, 2, 0, 1) if len(shape) == 4 else tensor.T if len(shape) == 2 else tensor


with torch.no_grad():
    for name, weight in given["weights"].items():
        parameters[place_of(name)].copy_(theirs(weight["values"], weight["shape"]))
shape = given["images"]["shape"]
x = torch.from_numpy(numpy.array(given["images"]["values"], dtype=numpy.float32)).reshape(shape)
x = x.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
y = torch.arange(shape[0]) % options["classes"]


def gradients(half):
    model.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        loss = F.cross_entropy(model(x), y)
    loss.backward()
    return {name: parameters[place_of(name)].grad.flatten().double() for name in given["weights"]}


def cosines(one, other):
    def cosine(names):
        a, b = (torch.cat([gradients[name] for name in names]) for gradients in (one, other))
        return (a @ b / (a.norm() * b.norm())).item()

    backbone = [name for name in one if name.startswith("backbone")]
    return {
        "cosine": cosine(list(one)),
        "cosine of the backbone": cosine(backbone),
        "lowest of a weight": min(cosine([name]) for name in one),
    }


ours = {name: theirs(gradient, given["weights"][name]["shape"]).flatten().double() for name, gradient in given["gradients"].items()}
full = gradients(False)
full_name, half_name = "PyTorch, float32", "PyTorch, bfloat16 autocast"
serve(
    f"torch {torch.__version__}, {torch.get_num_threads()} threads",
    {full_name: lambda: gradients(False), half_name: lambda: gradients(True)},
    figures={full_name: cosines(ours, full), half_name: cosines(full, gradients(True))},
)
