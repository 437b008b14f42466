"""Images as most PyTorch programs load them: Pillow, torchvision, a DataLoader."""

import gzip
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from frequency import MaskDraw
from recipes import Recipe


def augmentation(size: int, crop_area):
    """On Pillow images, whose bicubic resizing is antialiased. Result: (3, size, size) in [0, 1]."""
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(size, scale=crop_area, interpolation=InterpolationMode.BICUBIC),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
        ]
    )


def decode(path: Path) -> Image.Image:
    with open(path, "rb") as file:
        return Image.open(file).convert("RGB")


def image_files(folder: Path) -> list:
    endings = {".jpg", ".jpeg", ".png"}
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)


def read_idx(folder: Path) -> np.ndarray:
    """The training images of an IDX folder: (count, height, width) bytes."""
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as file:
        content = file.read()
    shape = [int.from_bytes(content[4 * i : 4 * i + 4], "big") for i in (1, 2, 3)]
    return np.frombuffer(content, np.uint8, offset=16).reshape(shape)


class IdxImages(Dataset):
    """Augmented images, each with its mask."""

    def __init__(self, folder: Path, recipe: Recipe):
        self.images = read_idx(folder)
        self.augment = augmentation(recipe.image_size, recipe.crop_area)
        self.masks = MaskDraw(recipe.image_size, recipe.mask_radius, recipe.lowpass_probability)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int):
        image = Image.fromarray(self.images[index]).convert("RGB")
        return self.augment(image), self.masks.one()


class ImagePass:
    """Loads one image after another in this thread, as a single loader process would."""

    def __init__(self, folder: Path, recipe: Recipe, size: int, decode_only: bool):
        self.files = image_files(folder)
        if not self.files:
            raise SystemExit(f"there are no JPEG or PNG files in {folder}")
        self.next = 0
        self.decode_only = decode_only
        self.augment = augmentation(size, recipe.crop_area)
        self.masks = MaskDraw(size, 16 * size / 224, recipe.lowpass_probability)

    def __call__(self) -> None:
        image = decode(self.files[self.next])
        self.next = (self.next + 1) % len(self.files)
        if not self.decode_only:
            self.augment(image)
            self.masks.one()


def synthetic(count: int, size: int) -> torch.Tensor:
    """Always the same bytes: uint8 (count, 3, size, size)."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 3, size, size), dtype=torch.uint8, generator=generator)
