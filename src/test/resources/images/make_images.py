"""Makes the images beside this file and pillow.json, their pixels as Pillow's convert("RGB") gives them.

    python make_images.py        # with Pillow 13.0.0 and numpy

The pictures are drawn by formula, so nothing here is anybody's photograph. Expected pixels of 16-bit files are the
stored values divided by 257 and rounded, which Pillow does not do by itself.
"""

import json
import struct
import zlib
from pathlib import Path

import numpy
from PIL import Image, ImageOps

HERE = Path(__file__).parent
WIDTH, HEIGHT = 12, 8
expected = {}


def colours(width=WIDTH, height=HEIGHT, shift=0):
    y, x = numpy.mgrid[0:height, 0:width]
    red = 255 * x / (width - 1)
    green = 255 * y / (height - 1)
    blue = 127.5 + 127.5 * numpy.sin(0.7 * x + 0.9 * y + shift)
    return numpy.rint(numpy.stack([red, green, blue], 2)).astype(numpy.uint8)


def note(name, pixels):
    expected[name] = {
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "rgb": pixels.astype(numpy.uint8).tobytes().hex(),
    }


def save(image, name, **options):
    image.save(HERE / name, **options)
    with Image.open(HERE / name) as stored:
        note(name, numpy.asarray(ImageOps.exif_transpose(stored).convert("RGB")))


def narrow(values):
    return numpy.rint(values / 257)


def png16(name, values):
    """A 16-bit PNG by hand: Pillow writes no 16-bit colour."""
    channels = 1 if values.ndim == 2 else values.shape[2]
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]

    def chunk(label, body):
        return struct.pack(">I", len(body)) + label + body + struct.pack(">I", zlib.crc32(label + body))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, kind, 0, 0, 0)
    (HERE / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


def tiff16(name, values):
    """An uncompressed little-endian 16-bit TIFF by hand, one strip."""
    height, width = values.shape[:2]
    channels = 1 if values.ndim == 2 else values.shape[2]
    body = values.astype("<u2").tobytes()
    bits = b"".join(struct.pack("<H", 16) for _ in range(channels))
    start = 8 + len(body)
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, channels, start if channels > 2 else 16),
        (259, 3, 1, 1),
        (262, 3, 1, 1 if channels == 1 else 2),
        (273, 4, 1, 8),
        (277, 3, 1, channels),
        (278, 3, 1, height),
        (279, 4, 1, len(body)),
    ] + [(338, 3, 1, 2)] * (channels == 4)
    directory = start + len(bits)
    table = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries) + bytes(4)
    (HERE / name).write_bytes(b"II*\0" + struct.pack("<I", directory) + body + bits + table)


def orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


plain = Image.fromarray(colours())
grey = plain.convert("L")
alpha = plain.copy()
alpha.putalpha(Image.fromarray(numpy.linspace(0, 255, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH).astype(numpy.uint8)))
palette = plain.quantize(16)
wide = numpy.random.default_rng(5).integers(0, 65536, (HEIGHT, WIDTH, 4))

save(plain, "colour.jpg", quality=90)
save(plain, "progressive.jpg", quality=90, progressive=True)
save(grey, "grey.jpg", quality=90)
save(plain.convert("CMYK"), "cmyk.jpg", quality=90)
for turn in range(2, 9):
    save(plain, f"turned-{turn}.jpg", quality=90, exif=orientation(turn))
save(plain, "turned-6.png", exif=orientation(6))
save(plain, "turned-6.webp", exif=orientation(6), lossless=True)

save(plain, "colour.png")
save(grey, "grey.png")
save(plain.convert("1"), "bits.png")
save(palette, "palette.png")
save(palette, "palette-transparent.png", transparency=3)
save(alpha, "alpha.png")
save(alpha.convert("LA"), "grey-alpha.png")
save(plain, "animated.png", save_all=True, append_images=[Image.fromarray(colours(shift=2))])
for name, values in [("grey16", wide[:, :, 0]), ("colour16", wide[:, :, :3]), ("alpha16", wide)]:
    png16(name + ".png", values)
    note(name + ".png", narrow(values if values.ndim == 3 else numpy.stack([values] * 3, 2))[:, :, :3])
for name, values in [("grey16", wide[:, :, 0]), ("colour16", wide[:, :, :3]), ("alpha16", wide)]:
    tiff16(name + ".tif", values)
    note(name + ".tif", narrow(values if values.ndim == 3 else numpy.stack([values] * 3, 2))[:, :, :3])

save(plain, "colour.webp", quality=90)
save(alpha, "alpha.webp", lossless=True, exact=True)
save(
    alpha,
    "animated.webp",
    save_all=True,
    append_images=[Image.fromarray(colours(shift=2)).convert("RGBA")],
    lossless=True,
    exact=True,
)

save(plain, "colour.bmp")
save(palette, "palette.bmp")
save(plain, "colour.tif", compression="tiff_lzw")
save(palette, "palette.tif")
save(alpha, "alpha.tif")
save(plain.convert("CMYK"), "cmyk.tif")
save(plain.convert("1"), "bits.tif")
save(palette, "colour.gif")
save(palette, "animated.gif", save_all=True, append_images=[Image.fromarray(colours(shift=2)).quantize(16)])
save(palette, "transparent.gif", transparency=3)

(HERE / "pillow.json").write_text(json.dumps(expected, indent=0) + "\n")

# Pillow's antialiased bicubic resize of pictures that the test draws by the same formula.
resized = []
for width, height, left, top, right, bottom, to_width, to_height in [
    (40, 30, 0, 0, 40, 30, 16, 16),
    (40, 30, 9, 4, 31, 27, 12, 12),
    (7, 5, 0, 0, 7, 5, 20, 20),
    (1, 1, 0, 0, 1, 1, 4, 4),
    (64, 2, 0, 0, 64, 2, 8, 8),
]:
    y, x = numpy.mgrid[0:height, 0:width]
    drawn = Image.fromarray(
        numpy.stack([(5 * x * x + 3 * y * channel + 17 * y) // 8 % 256 for channel in range(3)], 2).astype(numpy.uint8)
    )
    result = drawn.crop((left, top, right, bottom)).resize((to_width, to_height), Image.Resampling.BICUBIC)
    resized.append(
        {
            "width": width,
            "height": height,
            "box": [left, top, right, bottom],
            "to": [to_width, to_height],
            "rgb": numpy.asarray(result).tobytes().hex(),
        }
    )
(HERE / "pillow-resize.json").write_text(json.dumps(resized, indent=0) + "\n")
