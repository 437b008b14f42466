#!/usr/bin/env python3
"""Measures a plain PyTorch program that does the same work as Bandpass, written from docs/method.md."""

import argparse
import os
import random
import time
from pathlib import Path

import torch
from torch.utils.data import DataLoader

import measure
import windows
from data import IdxImages, ImagePass, synthetic
from finetuning import CLASSES, FinetuningTrainer
from frequency import MaskDraw, Normalisation
from recipes import FINETUNING_RECIPES, RECIPES, SEGMENTATION_RECIPES
from segmentation import SegmentationTrainer, build_segmenter, synthetic_labels
from training import Trainer, autocast, learning_rate


class FirstStep:
    """When the first step was done, counted from the start of the process."""

    def __init__(self):
        self.seconds = None

    def passed(self) -> None:
        if self.seconds is None:
            self.seconds = measure.seconds_since_process_start()


def facts(args, first: FirstStep) -> dict:
    return {
        "program": "peer",
        "command": args.command,
        "recipe": args.recipe,
        "batch_size": args.batch_size,
        "precision": args.precision,
        "threads": args.threads,
        "compile": args.compile,
        "channels_last": args.channels_last,
        "attention": args.attention,
        "seconds_to_first_step": first.seconds,
        "torch": torch.__version__,
    }


def trainer_of(args) -> Trainer:
    torch.manual_seed(0)
    return Trainer(
        RECIPES[args.recipe],
        args.batch_size,
        args.precision,
        compiled=args.compile,
        channels_last=args.channels_last,
        plain_attention=args.attention == "plain",
    )


def step(args) -> None:
    """Training steps on images that are already in memory."""
    recipe = RECIPES[args.recipe]
    trainer = trainer_of(args)
    images = synthetic(args.batch_size, recipe.image_size)
    masks = MaskDraw(recipe.image_size, recipe.mask_radius, recipe.lowpass_probability)
    first = FirstStep()

    def action():
        trainer.step(images.float() / 255, masks.batch(args.batch_size))
        first.passed()

    values = measure.rounds(action, args.batch_size, args.rounds, args.steps, args.seconds)
    measure.report(values, args.json, facts(args, first))


def finetune(args) -> None:
    """Training steps of a classifier on images that are already in memory."""
    recipe = FINETUNING_RECIPES[args.recipe]
    torch.manual_seed(0)
    random.seed(0)
    trainer = FinetuningTrainer(
        recipe,
        args.precision,
        compiled=args.compile,
        channels_last=args.channels_last,
        plain_attention=args.attention == "plain",
    )
    images = synthetic(args.batch_size, recipe.image_size)
    labels = torch.arange(args.batch_size) % CLASSES
    first = FirstStep()

    def action():
        trainer.step(images.float() / 255, labels)
        first.passed()

    values = measure.rounds(action, args.batch_size, args.rounds, args.steps, args.seconds)
    measure.report(values, args.json, facts(args, first))


def segment(args) -> None:
    """Training steps of UperNet on images and label maps that are already in memory."""
    recipe = SEGMENTATION_RECIPES[args.recipe]
    torch.manual_seed(0)
    trainer = SegmentationTrainer(
        recipe,
        args.precision,
        compiled=args.compile,
        channels_last=args.channels_last,
        plain_attention=args.attention == "plain",
    )
    images = synthetic(args.batch_size, recipe.image_size)
    labels = synthetic_labels(args.batch_size, recipe.image_size)
    first = FirstStep()

    def action():
        trainer.step(images.float() / 255, labels)
        first.passed()

    values = measure.rounds(action, args.batch_size, args.rounds, args.steps, args.seconds)
    measure.report(values, args.json, facts(args, first))


def photo(args) -> None:
    """Sliding-window segmentation of one photograph, from file to mask, with a model of random weights."""
    recipe = SEGMENTATION_RECIPES[args.recipe]
    torch.manual_seed(0)
    model = build_segmenter(recipe).eval()
    begin = time.perf_counter()
    image = windows.read(args.image)
    windows.write(windows.segment_photo(model, image, recipe.image_size, args.precision), args.out)
    seconds = time.perf_counter() - begin
    megapixels = image.shape[-2] * image.shape[-1] / 1e6
    print(
        f"{megapixels:.1f} megapixels in {seconds:.1f} s, {megapixels / seconds:.4f} megapixels/s, "
        f"peak memory {measure.peak_rss_bytes() / 2**20:.0f} MiB"
    )


def embed(args) -> None:
    """Features for retrieval: the mean over the encoder's map, without gradients."""
    recipe = RECIPES[args.recipe]
    trainer = trainer_of(args)
    encoder = trainer.model.encoder.eval()
    run = torch.compile(encoder) if args.compile else encoder
    images = synthetic(args.batch_size, recipe.image_size)
    normalisation = Normalisation()
    first = FirstStep()

    def action():
        with torch.inference_mode():
            inputs = normalisation(images.float() / 255).contiguous(memory_format=trainer.layout)
            with autocast(args.precision):
                features = run(inputs)
            features.float().mean(dim=(2, 3))
        first.passed()

    values = measure.rounds(action, args.batch_size, args.rounds, args.steps, args.seconds)
    measure.report(values, args.json, facts(args, first))


def attack(args) -> None:
    """PGD of torchattacks in L-infinity on a classifier with random weights, on images that are already in memory."""
    # Packages of their own, which the other commands do not need.
    import attacking

    recipe = RECIPES[args.recipe]
    torch.manual_seed(0)
    model = attacking.classifier(recipe, args.attention == "plain", args.channels_last)
    pgd = attacking.pgd(torch.compile(model) if args.compile else model, args.steps)
    layout = torch.channels_last if args.channels_last else torch.contiguous_format
    images = (synthetic(args.batch_size, recipe.image_size).float() / 255).contiguous(memory_format=layout)
    labels = torch.arange(args.batch_size) % CLASSES
    first = FirstStep()

    def action():
        pgd(images, labels)
        first.passed()

    values = measure.rounds(action, args.batch_size, args.rounds, seconds=args.seconds)
    measure.report(values, args.json, {**facts(args, first), "steps": args.steps})


def corrupt(args) -> None:
    """The corruptions of imagecorruptions, each at each severity, on one thread."""
    import corruptions

    action = corruptions.CorruptionPass(args.side, args.names or corruptions.names())
    values = measure.rounds(action, action.images, args.rounds, seconds=args.seconds, before_counting=action.reset)
    measure.report(
        values,
        args.json,
        {
            "program": "peer",
            "command": args.command,
            "image_size": args.side,
            "milliseconds": action.milliseconds(),
            "threads": 1,
        },
    )


def quick(args) -> None:
    """The training loop of a quick recipe, loading and augmenting included; a round is an epoch."""
    recipe = RECIPES[args.recipe]
    trainer = trainer_of(args)
    loader = DataLoader(
        IdxImages(args.data, recipe),
        batch_size=args.batch_size,
        shuffle=True,
        drop_last=True,
        num_workers=args.workers,
        persistent_workers=args.workers > 0,
    )
    first = FirstStep()
    values = []
    done = 0
    for epoch in range(1 + args.rounds):
        begin = time.perf_counter()
        for images, masks in loader:
            trainer.set_learning_rate(learning_rate(recipe, args.batch_size, done, len(loader)))
            loss = trainer.step(images, masks)
            first.passed()
            done += 1
        if epoch > 0:
            values.append(args.batch_size * len(loader) / (time.perf_counter() - begin))
    measure.report(values, args.json, {**facts(args, first), "workers": args.workers, "loss": loss})


def data(args) -> None:
    """What one loader process does per image: decode, crop, resize, flip, convert, draw a mask."""
    torch.set_num_threads(1)
    action = ImagePass(args.data, RECIPES["vit-base"], args.size, args.decode_only)
    values = measure.rounds(action, 1, args.rounds, seconds=args.seconds)
    measure.report(
        values,
        args.json,
        {
            "program": "peer",
            "command": args.command,
            "image_size": args.size,
            "decode_only": args.decode_only,
            "workers": 1,
            "torch": torch.__version__,
        },
    )


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)

    def add(name, function):
        command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
        command.set_defaults(function=function)
        command.add_argument("--rounds", type=int, default=3, help="counted rounds; one more comes before them")
        command.add_argument("--json", metavar="FILE", help="where the figures go")
        return command

    def model_options(command, recipe, batch_size, recipes=RECIPES, precisions=("fp32", "bf16")):
        command.add_argument("--recipe", choices=sorted(recipes), default=recipe)
        command.add_argument("--batch-size", type=int, default=batch_size)
        command.add_argument("--precision", choices=precisions, default="fp32")
        command.add_argument("--threads", type=int, default=os.cpu_count())
        command.add_argument("--compile", action="store_true", help="torch.compile")
        command.add_argument("--channels-last", action="store_true")
        command.add_argument("--attention", choices=("sdpa", "plain"), default="sdpa")

    def length(command):
        command.add_argument("--steps", type=int, help="steps a round, instead of --seconds")
        command.add_argument("--seconds", type=float, default=10, help="a round lasts at least so long")

    for name, function in (("step", step), ("embed", embed)):
        command = add(name, function)
        model_options(command, "vit-base", 8)
        length(command)

    command = add("finetune", finetune)
    model_options(command, "finetune-vit-base", 8, FINETUNING_RECIPES)
    length(command)

    command = add("segment", segment)
    model_options(command, "segment-vit-base", 2, SEGMENTATION_RECIPES)
    length(command)

    command = add("attack", attack)
    model_options(command, "resnet18", 8, precisions=("fp32",))
    command.add_argument("--steps", type=int, default=20, help="steps of an attack")
    command.add_argument("--seconds", type=float, default=10, help="a round lasts at least so long")

    command = add("corrupt", corrupt)
    command.add_argument("--side", type=int, default=224)
    command.add_argument("--names", type=lambda text: text.split(","), help="corruptions; all by default")
    command.add_argument("--seconds", type=float, default=10, help="a round lasts at least so long")

    command = commands.add_parser("photo", help=photo.__doc__, description=photo.__doc__)
    command.set_defaults(function=photo)
    command.add_argument("--image", type=Path, required=True)
    command.add_argument("--out", type=Path, required=True, help="PNG of the classes")
    command.add_argument("--recipe", choices=sorted(SEGMENTATION_RECIPES), default="segment-resnet50")
    command.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    command.add_argument("--threads", type=int, default=os.cpu_count())

    command = add("quick", quick)
    model_options(command, "quick", 128)
    command.add_argument("--data", type=Path, default=Path("samples/fashion-mnist"))
    command.add_argument("--workers", type=int, default=2, help="loader processes")

    command = add("data", data)
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--size", type=int, default=224)
    command.add_argument("--seconds", type=float, default=5, help="a round lasts at least so long")
    command.add_argument("--decode-only", action="store_true")
    return root


def main() -> None:
    args = parser().parse_args()
    if hasattr(args, "threads"):
        torch.set_num_threads(args.threads)
    args.function(args)


if __name__ == "__main__":
    main()
