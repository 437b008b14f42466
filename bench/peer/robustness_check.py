#!/usr/bin/env python3
"""Attacks and corrupts a classifier that Bandpass trained with the Python packages, and prints both accuracies.

    python bench/peer/robustness_check.py images --side 28 --count 1000 --out images/
    ./bandpass robustness --run runs/tuned --data images/ --preprocess none --limit all --bands none --out robust/ ...
    python bench/peer/robustness_check.py compare --weights runs/tuned/weights/classifier.safetensors \\
        --data images/ --results robust/results.json

Each measurement of results.json is made again on the same pixels: FGSM and PGD by torchattacks, the attacks of AutoAttack
by pyautoattack, corruptions by imagecorruptions. What is random is made several times, with other random numbers.
"""

import argparse
import gzip
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Optional

import numpy as np
import torch
import torchattacks
from PIL import Image

from data import image_files
from trained import Trained

BATCH = 100
TEST_SET = Path(__file__).resolve().parents[2] / "samples/fashion-mnist"
NORMS = {"linf": "Linf", "l2": "L2"}
# imagecorruptions has the parameters of ImageNet-C, which Bandpass takes above this side.
LARGEST_TINY = 100
RANDOM_CORRUPTIONS = {
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "glass_blur", "motion_blur"),
    *("snow", "frost", "fog", "elastic_transform", "spatter"),
}


def read_idx(file: Path, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def write_images(args) -> None:
    """Writes the first images of the bundled test set as PNG files, enlarged, in a folder for each class."""
    pixels = read_idx(TEST_SET / "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    labels = read_idx(TEST_SET / "t10k-labels-idx1-ubyte.gz", 8)
    for number in range(args.count):
        image = Image.fromarray(pixels[number]).convert("RGB").resize((args.side, args.side), Image.BICUBIC)
        folder = args.out / str(labels[number])
        folder.mkdir(parents=True, exist_ok=True)
        image.save(folder / f"{number:05}.png")


@dataclass
class Images:
    """pixels: (N, H, W, 3) uint8."""

    pixels: np.ndarray
    labels: torch.Tensor

    @staticmethod
    def read(folder: Path, trained: Trained) -> "Images":
        files = image_files(folder)
        if not files:
            raise SystemExit(f"there are no PNG files in {folder}")
        pixels = np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])
        if pixels.shape[1:3] != (trained.image_size, trained.image_size):
            raise SystemExit(f"images must have {trained.image_size} x {trained.image_size} pixels, as the model")
        return Images(pixels, torch.tensor([trained.classes.index(file.parent.name) for file in files]))


def unit(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).float().div(255).contiguous()


def correct(model, images: torch.Tensor, labels: torch.Tensor) -> int:
    with torch.no_grad():
        predicted = torch.cat([model(batch).argmax(dim=1) for batch in images.split(BATCH)])
    return int((predicted == labels).sum())


def batchwise(attack: Callable, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.cat([attack(*batch) for batch in zip(images.split(BATCH), labels.split(BATCH))])


def gradient_attack(model, entry: dict):
    if entry["name"] == "fgsm":
        if entry["norm"] != "linf":
            raise SystemExit("torchattacks has FGSM in linf only")
        return torchattacks.FGSM(model, eps=entry["eps"])
    kind = torchattacks.PGD if entry["norm"] == "linf" else torchattacks.PGDL2
    options = {"steps": entry["steps"], "random_start": entry["random_start"]}
    return kind(model, eps=entry["eps"], alpha=entry["step_size"], **options)


def auto_attack(model, entry: dict, seed: int) -> Callable:
    from pyautoattack import AutoAttack

    logging.getLogger("auto-attack").setLevel(logging.ERROR)
    if entry.get("steps", 100) != 100:
        raise SystemExit(f"pyautoattack makes 100 steps, not {entry['steps']}; leave out --steps")
    whole = entry["name"] == "autoattack"
    version = {"version": "standard"} if whole else {"version": "custom", "attacks": [entry["name"]]}
    attack = AutoAttack(model, eps=entry["eps"], norm=NORMS[entry["norm"]], seed=seed, **version)
    # As in its version standard.
    attack.apgd.n_restarts = attack.fab.n_restarts = attack.apgd_targeted.n_restarts = 1
    attack.apgd_targeted.n_target_classes = attack.fab.n_target_classes = 9
    return lambda images, labels: attack.run_standard_evaluation(images, labels, batch_size=BATCH)[0]


class Peer:
    def __init__(self, trained: Trained, images: Images, repeats: int):
        self.model = trained.model
        self.images = images
        self.repeats = repeats

    def counts(self, entry: dict) -> Optional[List[int]]:
        """Numbers of correct images, one for each repetition; none if the packages have nothing of the kind."""
        if entry["part"] == "clean":
            return [correct(self.model, unit(self.images.pixels), self.images.labels)]
        if entry["part"] == "attack":
            return self.attacked(entry)
        if entry["part"] == "corruption" and self.images.pixels.shape[1] > LARGEST_TINY and "*" not in entry["name"]:
            return self.corrupted(entry)
        return None

    def attacked(self, entry: dict) -> List[int]:
        x, labels = unit(self.images.pixels), self.images.labels
        by_gradient = entry["name"] in ("fgsm", "pgd")
        is_random = entry["random_start"] if by_gradient else entry["name"] != "fab-t"
        counts = []
        for seed in range(self.repeats if is_random else 1):
            torch.manual_seed(seed)
            attack = gradient_attack(self.model, entry) if by_gradient else auto_attack(self.model, entry, seed)
            counts.append(correct(self.model, batchwise(attack, x, labels), labels))
        return counts

    def corrupted(self, entry: dict) -> List[int]:
        from corruptions import corrupt

        counts = []
        for seed in range(self.repeats if entry["name"] in RANDOM_CORRUPTIONS else 1):
            np.random.seed(seed)
            pixels = [corrupt(image, entry["name"], entry["severity"]) for image in self.images.pixels]
            counts.append(correct(self.model, unit(np.stack(pixels)), self.images.labels))
        return counts


def title(entry: dict) -> str:
    if entry["part"] == "attack":
        start = ", random start" if entry["name"] == "pgd" and entry["random_start"] else ""
        steps = f", {entry['steps']} steps" if "steps" in entry else ""
        eps = f"{255 * entry['eps']:g}/255" if entry["norm"] == "linf" else f"{entry['eps']:g}"
        return f"{entry['name']} {entry['norm']}, eps {eps}{steps}{start}"
    return " ".join(str(entry[key]) for key in ("name", "severity") if key in entry) or entry["part"]


def compare(args) -> None:
    """Measures again what results.json holds, and prints a table of correct images."""
    torch.set_num_threads(args.threads)
    trained = Trained(args.weights)
    images = Images.read(args.data, trained)
    peer = Peer(trained, images, args.repeats)
    print("| measurement | images | Bandpass | Python | difference |\n|---|---|---|---|---|")
    for entry in json.loads(args.results.read_text())["results"]:
        counts = peer.counts(entry)
        if counts is None:
            continue
        if entry["images"] != len(images.pixels):
            raise SystemExit(f"{args.results} is about {entry['images']} images, but {args.data} has {len(images.pixels)}")
        theirs = ", ".join(map(str, counts))
        difference = entry["correct"] - sum(counts) / len(counts)
        print(f"| {title(entry)} | {entry['images']} | {entry['correct']} | {theirs} | {difference:+.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    images = commands.add_parser("images", help=write_images.__doc__, description=write_images.__doc__)
    images.set_defaults(function=write_images)
    images.add_argument("--side", type=int, default=28)
    images.add_argument("--count", type=int, default=200)
    images.add_argument("--out", type=Path, required=True)
    comparison = commands.add_parser("compare", help=compare.__doc__, description=compare.__doc__)
    comparison.set_defaults(function=compare)
    comparison.add_argument("--weights", type=Path, required=True, help="classifier.safetensors")
    comparison.add_argument("--data", type=Path, required=True, help="a folder for each class, with PNG files")
    comparison.add_argument("--results", type=Path, required=True, help="results.json of bandpass robustness")
    comparison.add_argument("--repeats", type=int, default=3, help="of what is random")
    comparison.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    args.function(args)


if __name__ == "__main__":
    main()
