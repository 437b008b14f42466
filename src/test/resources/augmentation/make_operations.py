"""Makes pillow-operations.json: small pictures drawn by formula, and what Pillow's operations make of them.

    python make_operations.py        # with Pillow 13.0.0 and numpy
"""

import json
from pathlib import Path

import numpy
from PIL import Image, ImageEnhance, ImageOps

FILL = (124, 116, 104)
BILINEAR, BICUBIC = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC


def wavy(width, height):
    y, x = numpy.mgrid[0:height, 0:width]
    red = 20 + 200 * x / (width - 1)
    green = 250 - 180 * y / (height - 1)
    blue = 127.5 + 127.5 * numpy.sin(0.7 * x + 0.9 * y)
    return Image.fromarray(numpy.rint(numpy.stack([red, green, blue], 2)).astype(numpy.uint8))


def noisy(width, height):
    levels = numpy.random.default_rng(5).integers(0, 256, (height, width, 3))
    levels[..., 1] = levels[..., 1] // 3 + 60
    return Image.fromarray(levels.astype(numpy.uint8))


def even(width, height):
    levels = numpy.full((height, width, 3), (90, 90, 200), numpy.uint8)
    levels[height // 2 :, :, 1] = 91
    return Image.fromarray(levels)


PICTURES = {"wavy": wavy(20, 14), "noisy": noisy(20, 14), "even": even(12, 8), "large": wavy(30, 26)}


def affine(image, matrix, resample):
    return image.transform(image.size, Image.Transform.AFFINE, matrix, resample=resample, fillcolor=FILL)


def solarize_add(image, added):
    return image.point([min(255, level + added) if level < 128 else level for level in range(256)] * 3)


PLAIN = {
    "AUTO_CONTRAST": (lambda image, _: ImageOps.autocontrast(image), [0]),
    "EQUALIZE": (lambda image, _: ImageOps.equalize(image), [0]),
    "INVERT": (lambda image, _: ImageOps.invert(image), [0]),
    "POSTERIZE": (ImageOps.posterize, [1, 2, 4]),
    "SOLARIZE": (ImageOps.solarize, [0, 26, 128, 256]),
    "SOLARIZE_ADD": (solarize_add, [0, 55, 110]),
    "COLOUR": (lambda image, factor: ImageEnhance.Color(image).enhance(factor), [0, 0.19, 1, 1.81]),
    "CONTRAST": (lambda image, factor: ImageEnhance.Contrast(image).enhance(factor), [0, 0.19, 0.7, 1.81]),
    "BRIGHTNESS": (lambda image, factor: ImageEnhance.Brightness(image).enhance(factor), [0.19, 0.7, 1.81]),
    "SHARPNESS": (lambda image, factor: ImageEnhance.Sharpness(image).enhance(factor), [0, 0.19, 1.81]),
}
GEOMETRIC = {
    "ROTATE": (lambda image, degrees, resample: image.rotate(degrees, resample=resample, fillcolor=FILL), [27, -8.5]),
    "SHEAR_X": (lambda image, s, resample: affine(image, (1, s, 0, 0, 1, 0), resample), [0.27, -0.15]),
    "SHEAR_Y": (lambda image, s, resample: affine(image, (1, 0, 0, s, 1, 0), resample), [0.27, -0.15]),
    "TRANSLATE_X": (
        lambda image, part, resample: affine(image, (1, 0, part * image.size[0], 0, 1, 0), resample),
        [0.405, -0.1],
    ),
    "TRANSLATE_Y": (
        lambda image, part, resample: affine(image, (1, 0, 0, 0, 1, part * image.size[1]), resample),
        [0.405, -0.1],
    ),
}


def case(picture, operation, argument, bicubic, image):
    return {
        "picture": picture,
        "operation": operation,
        "argument": argument,
        "bicubic": bicubic,
        "rgb": image.tobytes().hex(),
    }


cases = []
for name, picture in PICTURES.items():
    for operation, (function, arguments) in PLAIN.items():
        if name == "large" and operation not in ("EQUALIZE", "CONTRAST"):
            continue
        for argument in arguments:
            cases.append(case(name, operation, argument, False, function(picture, argument)))
    if name in ("wavy", "noisy"):
        for operation, (function, arguments) in GEOMETRIC.items():
            for argument in arguments:
                for resample in (BILINEAR, BICUBIC):
                    image = function(picture, argument, resample)
                    cases.append(case(name, operation, argument, resample == BICUBIC, image))

pictures = {
    name: {"height": picture.size[1], "width": picture.size[0], "rgb": picture.tobytes().hex()}
    for name, picture in PICTURES.items()
}
lines = ",\n".join(json.dumps(entry) for entry in cases)
text = f'{{"fill": {json.dumps(FILL)},\n"pictures": {json.dumps(pictures)},\n"cases": [\n{lines}\n]}}\n'
Path(__file__).with_name("pillow-operations.json").write_text(text)
