"""Makes the golden values of residual-network.golden.test.ts with PyTorch (2.x, cpu, float64): python residual-network.golden.py

A residual network of depth 8 and width 4 on 4 images of 8x8x3, written with PyTorch's own modules. Every number that goes
in is a formula of its place (kernels in the order height, width, in, out; images in the order batch, height, width,
channel), so that both sides need no files.
"""

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
WIDTH = 4


def wave(size, phase):
    k = torch.arange(size)
    return torch.sin((k * k + 3 * k + 7 * phase).double())


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.stride, self.missing = stride, outputs - inputs

    def forward(self, x):
        inner = F.relu(self.norm1(self.conv1(x)))
        short = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.missing // 2, self.missing // 2))
        return F.relu(self.norm2(self.conv2(inner)) + short)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, WIDTH, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(WIDTH)
        self.stage1 = Block(WIDTH, WIDTH, 1)
        self.stage2 = Block(WIDTH, 2 * WIDTH, 2)
        self.stage3 = Block(2 * WIDTH, 4 * WIDTH, 2)

    def forward(self, x):
        x = self.stage3(self.stage2(self.stage1(F.relu(self.norm(self.conv(x))))))
        return x.mean((2, 3))


def images(phase):
    return wave(4 * 8 * 8 * 3, phase).reshape(4, 8, 8, 3).permute(0, 3, 1, 2).clone()


def in_our_order(value):
    return (value.permute(2, 3, 1, 0) if value.dim() == 4 else value).reshape(-1)


def show(name, values):
    print(name, [float(f"{value:.7g}") for value in values])


net = Net()
with torch.no_grad():
    for place, weight in enumerate(net.parameters()):
        values = wave(weight.numel(), place)
        if weight.dim() == 4:
            outputs, inputs = weight.shape[:2]
            weight.copy_((values * 2 / (9 * inputs) ** 0.5).reshape(3, 3, inputs, outputs).permute(3, 2, 0, 1))
        else:
            weight.copy_((1 if place % 3 == 1 else 0) + 0.2 * values)

first = images(1).requires_grad_()
features = net(first)
loss = (features * wave(features.numel(), 5).reshape(features.shape)).sum()
loss.backward()
show("features", features[:2, ::4].reshape(-1))
show("loss", [loss])
# Every gradient as one number: its product with a wave of its own.
show("gradients", [(in_our_order(w.grad) * wave(w.numel(), 9)).sum() for w in net.parameters()])
show("imageGradient", [(first.grad.permute(0, 2, 3, 1).reshape(-1) * wave(first.numel(), 9)).sum()])

net(images(2))
show("stemMean", net.norm.running_mean)
show("stemVariance", net.norm.running_var)
# The last normalisation sees 4 images of 2x2: the unbiased variance is 16/15 of the biased one.
show("lastMean", net.stage3.norm2.running_mean[::4])
show("lastVariance", net.stage3.norm2.running_var[::4])
net.eval()
show("evaluation", net(images(3))[:2, ::4].reshape(-1))
