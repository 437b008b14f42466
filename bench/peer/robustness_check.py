#!/usr/bin/env python3
"""Attacks and corrupts a classifier that Bandpass trained with the Python packages, and prints both accuracies.

    python bench/peer/robustness_check.py images --side 28 --count 1000 --out images/
    ./bandpass robustness --run runs/tuned --data images/ --preprocess none --limit all --bands none --out robust/ ...
    python bench/peer/robustness_check.py compare --weights runs/tuned/weights/classifier.safetensors \\
        --data images/ --results robust/results.json

Each measurement of results.json is made again on the same pixels: FGSM and PGD by torchattacks, the attacks of AutoAttack
by pyautoattack, corruptions by imagecorruptions. What is random is made several times, with other random numbers. With
--tensors, a file of `robustness --save-tensors`, what is not random is also compared value by value.
"""

import argparse
import gzip
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Sequence, Tuple

import numpy as np
import torch
import torchattacks
from PIL import Image
from safetensors import safe_open

from data import image_files
from trained import Normalised, Trained, vision_transformer

BATCH = 100
TEST_SET = Path(__file__).resolve().parents[2] / "samples/fashion-mnist"
NORMS = {"linf": "Linf", "l2": "L2"}
# imagecorruptions has the parameters of ImageNet-C, which Bandpass takes above this side.
LARGEST_TINY = 100
ROUNDING = 1e-5
RANDOM_CORRUPTIONS = {
    *("gaussian_noise", "shot_noise", "impulse_noise", "speckle_noise", "glass_blur", "motion_blur"),
    *("snow", "frost", "fog", "elastic_transform", "spatter"),
}


def read_idx(file: Path, header: int) -> np.ndarray:
    return np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=header)


def test_images(side: int, count: int) -> Tuple[np.ndarray, np.ndarray]:
    """The first images (N, H, W, 3) of the bundled test set, enlarged, and their labels."""
    pixels = read_idx(TEST_SET / "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:count]
    images = [Image.fromarray(each).convert("RGB").resize((side, side), Image.BICUBIC) for each in pixels]
    return np.stack([np.asarray(image) for image in images]), read_idx(TEST_SET / "t10k-labels-idx1-ubyte.gz", 8)[:count]


def save_images(pixels: np.ndarray, labels: Sequence[int], out: Path) -> None:
    for number, label in enumerate(labels):
        folder = out / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number]).save(folder / f"{number:05}.png")


def write_images(args) -> None:
    """Writes the first images of the bundled test set as PNG files, enlarged, in a folder for each class."""
    save_images(*test_images(args.side, args.count), args.out)


def write_checkpoint(args) -> None:
    """Writes a fine-tuned ViT with random weights, named as the method's authors name theirs (checkpoint.pth), and test
    images (images/) in the folders of the classes that it predicts, a fifth of them in another."""
    generator = torch.Generator().manual_seed(3)
    width, depth, patch, side, classes, count = 48, 3, 14, 112, 7, 200

    def draw(*shape: int, std: float = 0.25) -> torch.Tensor:
        return std * torch.randn(*shape, generator=generator)

    def norm(name: str) -> dict:
        return {f"{name}.weight": 1 + draw(width), f"{name}.bias": draw(width)}

    def linear(name: str, inputs: int, outputs: int) -> dict:
        return {f"{name}.weight": draw(outputs, inputs), f"{name}.bias": draw(outputs)}

    tokens = (side // patch) ** 2 + 1
    state = {"cls_token": draw(1, 1, width), "pos_embed": draw(1, tokens, width, std=0.5)}
    state["patch_embed.proj.weight"] = draw(width, 3, patch, patch, std=0.1)
    state["patch_embed.proj.bias"] = draw(width)
    for block in (f"blocks.{index}" for index in range(depth)):
        state |= norm(f"{block}.norm1") | norm(f"{block}.norm2")
        state[f"{block}.attn.qkv.weight"] = draw(3 * width, width)
        state |= {f"{block}.attn.{name}_bias": draw(width) for name in "qv"}
        state |= linear(f"{block}.attn.proj", width, width)
        state |= linear(f"{block}.mlp.fc1", width, 4 * width) | linear(f"{block}.mlp.fc2", 4 * width, width)
    state |= norm("fc_norm") | linear("head", width, classes)
    args.out.mkdir(parents=True)
    torch.save({"model": state, "epoch": 0}, args.out / "checkpoint.pth")

    encoder = {"image-size": side, "patch-size": patch, "width": width, "depth": depth, "heads": 4}
    model = vision_transformer(encoder | {"mlp-ratio": 4, "qkv-bias": True}, classes, "mean")
    for block in (f"blocks.{index}" for index in range(depth)):
        q, v = (state.pop(f"{block}.attn.{name}_bias") for name in "qv")
        state[f"{block}.attn.qkv.bias"] = torch.cat([q, torch.zeros_like(q), v])
    model.load_state_dict(state, strict=True)
    pixels, _ = test_images(side, count)
    normalised = Normalised(model, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]).eval()
    with torch.no_grad():
        labels = normalised(unit(pixels)).argmax(dim=1)
    labels[::5] = torch.randint(classes, labels[::5].shape, generator=generator)
    save_images(pixels, labels.tolist(), args.out / "images")


@dataclass
class Images:
    """pixels: (N, H, W, 3) uint8."""

    pixels: np.ndarray
    labels: torch.Tensor
    names: List[str]

    @staticmethod
    def read(folder: Path, trained: Trained) -> "Images":
        files = image_files(folder)
        if not files:
            raise SystemExit(f"there are no PNG files in {folder}")
        pixels = np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])
        if pixels.shape[1:3] != (trained.image_size, trained.image_size):
            raise SystemExit(f"images must have {trained.image_size} x {trained.image_size} pixels, as the model")
        labels = torch.tensor([trained.classes.index(file.parent.name) for file in files])
        return Images(pixels, labels, [file.relative_to(folder).as_posix() for file in files])


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


def is_random(entry: dict) -> bool:
    if entry["part"] == "corruption":
        return entry["name"] in RANDOM_CORRUPTIONS
    if entry["part"] == "attack":
        return entry["random_start"] if entry["name"] in ("fgsm", "pgd") else entry["name"] != "fab-t"
    return False


class Peer:
    def __init__(self, trained: Trained, images: Images, repeats: int):
        self.model = trained.model
        self.images = images
        self.repeats = repeats

    def changed(self, entry: dict) -> List[torch.Tensor]:
        """Images in [0, 1] that the model gets, for each repetition; none if the packages have nothing of the kind."""
        part = entry["part"]
        if part == "clean":
            change = self.unchanged
        elif part == "attack":
            change = self.attacked
        elif part == "corruption" and self.images.pixels.shape[1] > LARGEST_TINY and "*" not in entry["name"]:
            change = self.corrupted
        else:
            return []
        return [change(entry, seed) for seed in range(self.repeats if is_random(entry) else 1)]

    def unchanged(self, entry: dict, seed: int) -> torch.Tensor:
        return unit(self.images.pixels)

    def attacked(self, entry: dict, seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        by_gradient = entry["name"] in ("fgsm", "pgd")
        attack = gradient_attack(self.model, entry) if by_gradient else auto_attack(self.model, entry, seed)
        return batchwise(attack, unit(self.images.pixels), self.images.labels)

    def corrupted(self, entry: dict, seed: int) -> torch.Tensor:
        from corruptions import corrupt

        np.random.seed(seed)
        return unit(np.stack([corrupt(image, entry["name"], entry["severity"]) for image in self.images.pixels]))


class Saved:
    """The images that Bandpass's model got, of the first model in a file of `robustness --save-tensors`."""

    def __init__(self, file: Path, names: List[str]):
        self.tensors = safe_open(str(file), "pt")
        self.model = next(iter(self.tensors.keys())).split("/")[0]
        saved = [name.replace("\\", "/") for name in json.loads(self.tensors.metadata()["names"])]
        self.rows = torch.tensor([saved.index(name) for name in names])

    def of(self, entry: dict) -> torch.Tensor:
        words = [entry["name"]] if "name" in entry else [entry["part"]]
        if entry["part"] == "attack":
            words += [entry["norm"], f"{255 * entry['eps']:g}-255" if entry["norm"] == "linf" else f"{entry['eps']:g}"]
        if entry["part"] == "corruption":
            words.append(str(entry["severity"]))
        return self.tensors.get_tensor(f"{self.model}/{'-'.join(words)}/images")[self.rows]


def title(entry: dict) -> str:
    if entry["part"] == "attack":
        start = ", random start" if entry["name"] == "pgd" and entry["random_start"] else ""
        steps = f", {entry['steps']} steps" if "steps" in entry else ""
        eps = f"{255 * entry['eps']:g}/255" if entry["norm"] == "linf" else f"{entry['eps']:g}"
        return f"{entry['name']} {entry['norm']}, eps {eps}{steps}{start}"
    return " ".join(str(entry[key]) for key in ("name", "severity") if key in entry) or entry["part"]


def difference(ours: torch.Tensor, theirs: torch.Tensor) -> str:
    """How many of 100,000 values differ by more than rounding, and the largest difference in levels of 1/255."""
    difference = (ours - theirs).abs()
    return f"{1e5 * (difference > ROUNDING).double().mean():.1f} | {255 * difference.max():.3g}"


def compare(args) -> None:
    """Measures again what results.json holds, and prints a table of correct images."""
    torch.set_num_threads(args.threads)
    trained = Trained(args.weights)
    images = Images.read(args.data, trained)
    peer = Peer(trained, images, args.repeats)
    saved = Saved(args.tensors, images.names) if args.tensors else None
    columns = ["measurement", "images", "Bandpass", "Python", "difference"]
    columns += ["values that differ, of 100,000", "most, in levels"] if saved else []
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for entry in json.loads(args.results.read_text())["results"]:
        changed = peer.changed(entry)
        if not changed:
            continue
        if entry["images"] != len(images.pixels):
            raise SystemExit(f"{args.results} is about {entry['images']} images, but {args.data} has {len(images.pixels)}")
        counts = [correct(peer.model, each, images.labels) for each in changed]
        cells = [title(entry), entry["images"], entry["correct"], ", ".join(map(str, counts))]
        cells.append(f"{entry['correct'] - sum(counts) / len(counts):+.1f}")
        if saved:
            cells.append("random | " if is_random(entry) else difference(saved.of(entry), changed[0]))
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    images = commands.add_parser("images", help=write_images.__doc__, description=write_images.__doc__)
    images.set_defaults(function=write_images)
    images.add_argument("--side", type=int, default=28)
    images.add_argument("--count", type=int, default=200)
    images.add_argument("--out", type=Path, required=True)
    checkpoint = commands.add_parser("checkpoint", help=write_checkpoint.__doc__, description=write_checkpoint.__doc__)
    checkpoint.set_defaults(function=write_checkpoint)
    checkpoint.add_argument("--out", type=Path, required=True)
    comparison = commands.add_parser("compare", help=compare.__doc__, description=compare.__doc__)
    comparison.set_defaults(function=compare)
    comparison.add_argument("--weights", type=Path, required=True, help="classifier.safetensors")
    comparison.add_argument("--data", type=Path, required=True, help="a folder for each class, with PNG files")
    comparison.add_argument("--results", type=Path, required=True, help="results.json of bandpass robustness")
    comparison.add_argument("--tensors", type=Path, help="file of bandpass robustness --save-tensors")
    comparison.add_argument("--repeats", type=int, default=3, help="of what is random")
    comparison.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    args.function(args)


if __name__ == "__main__":
    main()
