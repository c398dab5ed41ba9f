"""The networks of the peers in PyTorch, channels_last."""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models import resnet50


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


class Stem(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.conv = nn.Conv2d(3, outputs, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class CifarResNet(nn.Module):
    """ResNet-32 with width 16 and 5 blocks; its parts are named as ours are."""

    def __init__(self, width, blocks, classes):
        super().__init__()
        self.stem = Stem(width)
        inputs, self.parts = width, []
        for stage in range(3):
            for block in range(blocks):
                outputs = width * 2**stage
                name = f"stage{stage + 1}_block{block}"
                self.add_module(name, Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
                self.parts.append(name)
                inputs = outputs
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.stem(x)
        for name in self.parts:
            x = getattr(self, name)(x)
        return self.classifier(x.mean((2, 3)))


def network(options):
    """The network that the settings name, with first weights of its own."""
    if options.get("network") == "resnet50":
        model = resnet50(num_classes=options["classes"])
    else:
        model = CifarResNet(options["width"], options["blocks"], options["classes"])
    return model.to(memory_format=torch.channels_last)
