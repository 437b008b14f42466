"""The package imagecorruptions on today's NumPy and scikit-image, and the picture whose corruptions are timed."""

import inspect
import math
import time
from pathlib import Path

import cv2
import numpy as np
import skimage.filters

if not hasattr(np, "float_"):
    # Its fog asks for the name that NumPy 2 took away.
    np.float_ = np.float64

import imagecorruptions
from imagecorruptions import corruptions as functions

SEVERITIES = range(1, 6)


def gaussian(image, *args, multichannel=False, **options):
    """Its glass_blur and gaussian_blur name the channels as scikit-image did before 0.19."""
    return skimage.filters.gaussian(image, *args, channel_axis=-1 if multichannel else None, **options)


if "multichannel" not in inspect.signature(skimage.filters.gaussian).parameters:
    functions.gaussian = gaussian


def frost_folder() -> Path:
    return Path(imagecorruptions.__file__).parent / "frost"


def names() -> list:
    return imagecorruptions.get_corruption_names("all")


def corrupt(image: np.ndarray, name: str, severity: int) -> np.ndarray:
    """(H, W, 3) uint8 to the same; draws from NumPy's global generator."""
    return imagecorruptions.corrupt(image, severity=severity, corruption_name=name)


def picture(side: int) -> np.ndarray:
    """Coloured waves under some noise, as SyntheticPicture of the package bench makes them: (side, side, 3) uint8."""
    y, x, channel = np.meshgrid(np.arange(side), np.arange(side), np.arange(3), indexing="ij")
    down = np.cos(2 * math.pi * 2 * y / side)
    across = np.sin(2 * math.pi * (3 * x / side + channel / 3))
    noise = np.random.default_rng(0).uniform(-16, 16, y.shape)
    return (128 + 64 * across * down + noise).astype(np.uint8)


class CorruptionPass:
    """Corrupts the picture in every way on one thread, and adds up the time of each."""

    def __init__(self, side: int, chosen: list):
        cv2.setNumThreads(1)
        self.picture = picture(side)
        self.chosen = chosen
        self.reset()

    def reset(self) -> None:
        self.seconds = {name: [0.0] * len(SEVERITIES) for name in self.chosen}
        self.passes = 0

    @property
    def images(self) -> int:
        return len(self.chosen) * len(SEVERITIES)

    def __call__(self) -> None:
        for name in self.chosen:
            for severity in SEVERITIES:
                begin = time.perf_counter()
                corrupt(self.picture, name, severity)
                self.seconds[name][severity - 1] += time.perf_counter() - begin
        self.passes += 1

    def milliseconds(self) -> dict:
        return {name: [1000 * second / self.passes for second in sums] for name, sums in self.seconds.items()}
