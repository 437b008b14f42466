"""Sliding-window segmentation of a photograph: a mask of its size, in the way that mmsegmentation documents."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from frequency import Normalisation
from segmentation import resized
from training import autocast


def starts(size: int, crop: int, stride: int) -> list:
    """Of the windows along an axis; the last one ends with the image."""
    count = max(size - crop + stride - 1, 0) // stride + 1
    return [max(min(k * stride, size - crop), 0) for k in range(count)]


@torch.inference_mode()
def segment_photo(model, image: torch.Tensor, crop: int, precision: str) -> torch.Tensor:
    """Classes (H, W), uint8, of an image (3, H, W), uint8; logits of overlapping windows are averaged."""
    height, width = image.shape[-2:]
    inputs = Normalisation()(image[None].float() / 255)
    sums = torch.zeros(model.decode_head.conv_seg.out_channels, height, width)
    counts = torch.zeros(height, width)
    stride = 2 * crop // 3
    for top in starts(height, crop, stride):
        for left in starts(width, crop, stride):
            window = inputs[:, :, top : top + crop, left : left + crop]
            with autocast(precision):
                logits = model.decode_head(model.maps(window))
            sums[:, top : top + crop, left : left + crop] += resized(logits.float(), window.shape[-2:])[0]
            counts[top : top + crop, left : left + crop] += 1
    return sums.div_(counts).argmax(dim=0).to(torch.uint8)


def read(file: Path) -> torch.Tensor:
    return torch.from_numpy(np.array(Image.open(file).convert("RGB"))).permute(2, 0, 1)


def write(mask: torch.Tensor, file: Path) -> None:
    Image.fromarray(mask.numpy()).save(file)
