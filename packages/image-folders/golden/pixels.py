"""Makes pixels.json with Pillow and torchvision: pip install pillow torch torchvision; python pixels.py > pixels.json

Every image is a formula of its place, so that both sides need no files; results are bytes in base64, [height, width, 3].
"""

import base64
import json
import math

import numpy as np
import PIL
import torchvision
from PIL import Image
from torchvision.transforms import InterpolationMode, autoaugment
from torchvision.transforms import functional as F


def drawn(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    smooth = 128 + 120 * np.sin(x / 3 + y / (4 + c) + 2 * c)
    rough = (x * 37 + y * 91 + c * 53 + x * y * 7) % 256
    return Image.fromarray(np.where((x + 2 * y) % 5 == 0, rough, smooth.astype(int)).astype(np.uint8))


def packed(image):
    return base64.b64encode(np.asarray(image).tobytes()).decode()


IMAGE = drawn(19, 14)
NEAREST = InterpolationMode.NEAREST

resized = []
for size in [(19, 14), (7, 5), (40, 33), (19, 5), (8, 14), (3, 50), (1, 1)]:
    resized.append({"size": size, "pixels": packed(IMAGE.resize(size, Image.BILINEAR))})

# torchvision's Resize and CenterCrop on wide, tall, square and odd images: the size before the crop, and what comes out.
tested = []
for width, height in [(37, 23), (23, 37), (30, 30), (41, 22)]:
    image = F.center_crop(F.resize(drawn(width, height), 20), [16, 16])
    tested.append({"width": width, "height": height, "pixels": packed(image)})

crops = []
for top, left, height, width in [(0, 0, 14, 19), (3, 4, 9, 6), (1, 2, 3, 15)]:
    image = F.resized_crop(IMAGE, top, left, height, width, [11, 11])
    crops.append({"box": [left, top, width, height], "pixels": packed(image)})

colours = []
for name, factors in {
    "brightness": [0.0, 0.35, 1.0, 1.7],
    "contrast": [0.0, 0.35, 1.0, 1.7],
    "saturation": [0.0, 0.35, 1.0, 1.7],
    "sharpness": [0.0, 0.35, 1.0, 1.9],
    "hue": [-0.5, -0.23, -0.01, 0.0, 0.1, 0.37, 0.5],
}.items():
    for factor in factors:
        image = getattr(F, f"adjust_{name}")(IMAGE, factor)
        colours.append({"name": name, "factor": factor, "pixels": packed(image)})

SIZE = (14, 19)
operations = []
for policy, space in {
    "rand": autoaugment.RandAugment()._augmentation_space(31, SIZE),
    "auto": autoaugment.AutoAugment()._augmentation_space(10, SIZE),
}.items():
    levels = [0, 9, 17, 30] if policy == "rand" else [0, 4, 9]
    for name, (magnitudes, signed) in space.items():
        for level in levels if magnitudes.ndim > 0 else [0]:
            for sign in [1, -1] if signed and level > 0 else [1]:
                magnitude = float(magnitudes[level]) * sign if magnitudes.ndim > 0 else 0.0
                image = autoaugment._apply_op(IMAGE, name, magnitude, NEAREST, None)
                share = level / (30 if policy == "rand" else 9)
                operations.append({"name": name, "share": share, "negative": sign < 0, "pixels": packed(image)})

policies = {}
for name in ["CIFAR10", "IMAGENET"]:
    found = autoaugment.AutoAugment(autoaugment.AutoAugmentPolicy[name]).policies
    policies[name.lower()] = [[[op, chance, level or 0] for op, chance, level in pair] for pair in found]

normalised = F.normalize(F.to_tensor(IMAGE), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).permute(1, 2, 0)

print(
    json.dumps(
        {
            "versions": {"pillow": PIL.__version__, "torchvision": torchvision.__version__},
            "image": packed(IMAGE),
            "resized": resized,
            "tested": tested,
            "crops": crops,
            "colours": colours,
            "operations": operations,
            "randAugment": list(autoaugment.RandAugment()._augmentation_space(31, SIZE)),
            "policies": policies,
            "normalised": [float(f"{value:.7g}") for value in normalised.reshape(-1)[:60]],
        }
    )
)
