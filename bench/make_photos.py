#!/usr/bin/env python3
"""Makes JPEG files of one size from samples/photos, for measuring loaders. Needs Pillow.

    python bench/make_photos.py --width 500 --height 375 --count 64 --out FOLDER

A photograph is continued with mirrored copies of itself and cut at a place that depends on the number of the file. It
is never enlarged: a smooth image would be decoded faster than a real one.
"""

import argparse
import random
from pathlib import Path

from PIL import Image, ImageOps

PHOTOS = Path(__file__).resolve().parents[1] / "samples" / "photos"
QUALITY = 90


def mirrored_tiles(photo: Image.Image, width: int, height: int) -> Image.Image:
    canvas = Image.new("RGB", (width, height))
    for row in range(-(-height // photo.height)):
        for column in range(-(-width // photo.width)):
            tile = ImageOps.mirror(photo) if column % 2 else photo
            tile = ImageOps.flip(tile) if row % 2 else tile
            canvas.paste(tile, (column * photo.width, row * photo.height))
    return canvas


def cut(photo: Image.Image, width: int, height: int, number: int) -> Image.Image:
    place = random.Random(number)
    left, top = place.randrange(photo.width), place.randrange(photo.height)
    return mirrored_tiles(photo, left + width, top + height).crop((left, top, left + width, top + height))


def make(folder: Path, width: int, height: int, count: int) -> None:
    photos = [Image.open(path).convert("RGB") for path in sorted(PHOTOS.glob("*.jpg"))]
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = cut(photos[number % len(photos)], width, height, number)
        image.save(folder / f"{number:03}.jpg", quality=QUALITY)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    make(args.out, args.width, args.height, args.count)


if __name__ == "__main__":
    main()
