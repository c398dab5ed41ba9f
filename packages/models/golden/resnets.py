"""Makes resnets.json with PyTorch and torchvision (cpu, float64): pip install torch torchvision; python resnets.py > resnets.json

torchvision's own ResNet with one block in every stage, on 3 images of 24x24. Every number that goes in is a formula of its
place in torchvision's order, so that both sides need no files; names and shapes of all variables are written, too.
"""

import json

import torch
import torchvision
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

torch.set_default_dtype(torch.float64)

CASES = {
    "basic": lambda: ResNet(BasicBlock, [1, 1, 1, 1], num_classes=3),
    "bottleneck": lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=3),
    "grouped": lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=3, groups=32, width_per_group=4),
}
FULL = ["resnet18", "resnet50", "resnet101", "resnet152", "resnext50_32x4d"]
LOOKED_AT = ["conv1.weight", "bn1.bias", "layer1.0.conv2.weight", "layer2.0.downsample.0.weight", "layer3.0.bn1.weight", "layer4.0.conv1.weight", "layer4.0.conv2.weight"]


def wave(size, phase):
    k = torch.arange(size).double()
    return torch.sin(k * k + 3 * k + 7 * phase)


def filled(name, shape, phase):
    size = shape.numel()
    values = wave(size, phase)
    if len(shape) > 1:
        values = values * 2 / (size / shape[0]) ** 0.5
    elif name.endswith("running_var"):
        values = 1 + 0.3 * values
    elif name.endswith("weight"):
        values = 1 + 0.2 * values
    else:
        values = 0.2 * values
    return values.reshape(shape)


def numbers(values):
    return [float(f"{value:.7g}") for value in values.reshape(-1)]


result = {"versions": {"torch": torch.__version__, "torchvision": torchvision.__version__}, "cases": {}}
for case, make in CASES.items():
    net = make()
    state = {name: value for name, value in net.state_dict().items() if not name.endswith("num_batches_tracked")}
    with torch.no_grad():
        for phase, (name, value) in enumerate(state.items()):
            value.copy_(filled(name, value.shape, phase))
    net.fc = torch.nn.Identity()
    images = wave(3 * 24 * 24 * 3, 2).reshape(3, 24, 24, 3).permute(0, 3, 1, 2).clone()
    net.eval()
    features = net(images)
    (features * wave(features.numel(), 5).reshape(features.shape)).sum().backward()
    gradients = {name: (p.grad.reshape(-1) * wave(p.numel(), 9)).sum() for name, p in net.named_parameters() if name in LOOKED_AT}
    net.train()
    trained = net(images)
    result["cases"][case] = {
        "variables": [[name, list(value.shape)] for name, value in state.items()],
        "features": numbers(features[:, ::37].detach()),
        "training": numbers(trained[:, ::37].detach()),
        "gradients": {name: numbers(value)[0] for name, value in gradients.items()},
    }

result["full"] = {}
for name in FULL:
    net = getattr(torchvision.models, name)()
    result["full"][name] = {
        "parameters": sum(p.numel() for p in net.parameters()),
        # The names that a weights file has, without counting blocks twice: enough to find every one of ours.
        "variables": [[key, list(v.shape)] for key, v in net.state_dict().items() if not key.endswith("num_batches_tracked")] if name in ["resnet50", "resnext50_32x4d"] else [],
    }
print(json.dumps(result))
