"""One training step of ResNet-32 in PyTorch: eager and torch.compile, in float32 and with bfloat16 autocast, all channels_last."""

import torch
import torch.nn.functional as F
from torch import nn

from channel import serve, settings

options = settings()
batch, width, blocks = options["batch"], options["width"], options["blocks"]
torch.set_num_threads(options["threads"])
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.stride, self.half = stride, (outputs - inputs) // 2

    def forward(self, x):
        residual = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        picked = x if self.stride == 1 else x[:, :, :: self.stride, :: self.stride]
        if self.half:
            picked = F.pad(picked, (0, 0, 0, 0, self.half, self.half))
        return F.relu(residual + picked)


def network():
    layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    inputs = width
    for stage in range(3):
        for block in range(blocks):
            outputs = width * 2**stage
            layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)


x = torch.randn(batch, 3, 32, 32).to(memory_format=torch.channels_last)
y = torch.arange(batch) % 10


def program(compiled, half):
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=2e-4)

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    run = torch.compile(step) if compiled else step
    return lambda: run().item()


serve(
    f"torch {torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}",
    {
        "PyTorch, eager": program(False, False),
        "PyTorch, torch.compile": program(True, False),
        "PyTorch, eager, bfloat16": program(False, True),
        "PyTorch, torch.compile, bfloat16": program(True, True),
    },
)
