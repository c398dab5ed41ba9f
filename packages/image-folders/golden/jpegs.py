"""Makes jpegs.json with Pillow: pip install pillow numpy; python jpegs.py > jpegs.json

JPEGs of a drawn image in the samplings that photographs have, with restarts and without, and the pixels that Pillow decodes them to: files and
pixels in base64, [height, width, 3].
"""

import base64
import io
import json

import numpy as np
import PIL
from PIL import Image, features


def drawn(width, height):
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    smooth = 128 + 120 * np.sin(x / 3 + y / (4 + c) + 2 * c)
    rough = (x * 37 + y * 91 + c * 53 + x * y * 7) % 256
    return Image.fromarray(np.where((x + 2 * y) % 5 == 0, rough, smooth.astype(int)).astype(np.uint8))


def packed(data):
    return base64.b64encode(data).decode()


jpegs = []
for mode, sampling in [("RGB", "4:4:4"), ("RGB", "4:2:2"), ("RGB", "4:2:0"), ("L", "4:4:4")]:
    for quality, restart in [(40, 2), (97, 0), (90, 1)]:
        width, height = 27 + len(jpegs) % 5, 35 - len(jpegs) % 3
        file = io.BytesIO()
        drawn(width, height).convert(mode).save(
            file, "JPEG", quality=quality, subsampling=sampling, restart_marker_blocks=restart
        )
        pixels = np.asarray(Image.open(file).convert("RGB")).tobytes()
        what = f"{mode} {sampling}, quality {quality}, restart after {restart}"
        jpegs.append(
            {"what": what, "width": width, "height": height, "file": packed(file.getvalue()), "pixels": packed(pixels)}
        )

made = f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}"
print(json.dumps({"made": made, "jpegs": jpegs}))
