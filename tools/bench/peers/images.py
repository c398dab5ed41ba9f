"""A pass over a folder of JPEGs in PyTorch: DataLoader with torchvision's ImageFolder and transforms on Pillow."""

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


description = f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {Image.__version__}, {options['workers']} workers"
serve(description, {"PyTorch's DataLoader": one_pass})
