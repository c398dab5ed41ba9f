"""Cut, augment and normalise a batch of CIFAR's shape in PyTorch: image by image, as data sets with transforms do."""

import torch
import torch.nn.functional as F

from channel import serve, settings

options = settings()
torch.manual_seed(1)
pixels = torch.randint(0, 256, (options["images"], 3, 32, 32), dtype=torch.uint8)
mean = torch.tensor([0.49, 0.48, 0.45]).view(3, 1, 1)
deviation = torch.tensor([0.25, 0.24, 0.26]).view(3, 1, 1)


def example(index):
    image = F.pad(pixels[index], (4, 4, 4, 4))
    top, left = torch.randint(0, 9, (2,)).tolist()
    image = image[:, top : top + 32, left : left + 32]
    if torch.rand(()) < 0.5:
        image = image.flip(2)
    return (image.float() / 255 - mean) / deviation


def batch():
    return torch.stack([example(index) for index in torch.randint(0, len(pixels), (options["batch"],)).tolist()])


serve(f"torch {torch.__version__}", {"PyTorch, image by image": batch})
