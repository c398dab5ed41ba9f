"""A pass over a folder of JPEGs in PyTorch: DataLoader with torchvision's ImageFolder and transforms on Pillow."""

import multiprocessing
import os

import torch
import torchvision
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from channel import serve, settings

options = settings()
torch.manual_seed(1)
transform = transforms.Compose(
    [
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)
loader = DataLoader(
    datasets.ImageFolder(options["root"], transform),
    batch_size=options["batch"],
    shuffle=True,
    num_workers=options["workers"],
    persistent_workers=True,
)


def one_pass():
    total = 0
    for images, _ in loader:
        total += len(images)
    return total


def processor_ms():
    """What this process and its workers have computed. Linux; NaN elsewhere."""
    total = 0
    for process in [os.getpid(), *(worker.pid for worker in multiprocessing.active_children())]:
        try:
            with open(f"/proc/{process}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        total += int(fields[11]) + int(fields[12])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


# As the suite does it: passes to warm up, passes that count.
for _ in range(options["warmup"]):
    one_pass()
before = processor_ms()
images = sum(one_pass() for _ in range(options["counted"]))
figures = {"PyTorch's DataLoader": {"CPU ms an image": (processor_ms() - before) / images}}

description = f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {Image.__version__}, {options['workers']} workers"
serve(description, {"PyTorch's DataLoader": one_pass}, figures=figures)
