"""What is compared: our command and the peer's, each without the options that compare.py adds to all of them."""

from dataclasses import dataclass
from typing import Dict, Optional, Tuple


@dataclass(frozen=True)
class Photos:
    """Files that make_photos.py makes; their folder replaces PHOTOS in the commands."""

    width: int
    height: int
    count: int

    @property
    def name(self) -> str:
        return f"photos-{self.width}x{self.height}"


@dataclass(frozen=True)
class Case:
    """
    peers: variants by name; of several, a first pass finds the fastest, and that one is compared. None: ours alone.
    key: of the JSON file.
    goal: of the ratio ours / peer, or of our value where there is no peer.
    """

    name: str
    title: str
    ours: str
    peers: Dict[str, str]
    goal: float
    key: str = "images_per_second"
    less_is_better: bool = False
    photos: Optional[Photos] = None

    @property
    def can_take_turns(self) -> bool:
        """Whether both sides work on images in memory, and say so round by round."""
        in_memory = ("bench step", "bench attack", "bench corrupt")
        return self.ours.startswith(in_memory) and bool(self.peers) and self.key == "images_per_second"


# The recipes at the batch sizes for which figures of the authors' program are known.
MODELS: Tuple[Tuple[str, int, bool], ...] = (("vit-base", 8, True), ("vit-tiny", 128, True), ("resnet50", 8, False))


def fast_variants(peer: str, is_vit: bool) -> Dict[str, str]:
    """Whatever a user of PyTorch may switch on to be faster."""
    bf16 = peer + " --precision bf16"
    variants = {"fp32, compile": peer + " --compile", "bf16": bf16, "bf16, compile": bf16 + " --compile"}
    if is_vit:
        # Fused attention in bf16 is slow on some processors.
        variants["bf16, plain attention"] = bf16 + " --attention plain"
        variants["bf16, compile, plain attention"] = bf16 + " --compile --attention plain"
    else:
        variants["bf16, channels last"] = bf16 + " --channels-last"
        variants["bf16, compile, channels last"] = bf16 + " --compile --channels-last"
    return variants


def float32_variants(peer: str, is_vit: bool) -> Dict[str, str]:
    variants = {"fp32": peer}
    if is_vit:
        # Which of the two is faster in float32 depends on the processor and the length of the sequence.
        variants["fp32, plain attention"] = peer + " --attention plain"
    return variants


def step_cases() -> list:
    cases = []
    for recipe, batch, is_vit in MODELS:
        common = f"--recipe {recipe} --batch-size {batch}"
        ours = f"bench step {common} --precision"
        peer = f"step {common}"
        fp32 = float32_variants(peer, is_vit)
        name = f"step, {recipe}, batch {batch}"
        cases += [
            Case(f"fp32-{recipe}", f"{name}: float32", ours + " fp32", fp32, 1.05),
            Case(f"auto-{recipe}", f"{name}: auto", ours + " auto", fp32, 2.2 if is_vit else 2.0),
            Case(f"best-{recipe}", f"{name}: auto, peer's best", ours + " auto", fast_variants(peer, is_vit), 1.1),
            Case(f"compile-{recipe}", f"{name}: float32", ours + " fp32", {"fp32, compile": peer + " --compile"}, 1.0),
        ]
    return cases


def finetuning_cases() -> list:
    cases = []
    for recipe, encoder, is_vit in (("finetune-vit-base", "vit-base", True), ("finetune-resnet50-a3", "resnet50", False)):
        common = f"--recipe {recipe} --batch-size 8"
        cases += [
            Case(
                f"{precision}-{recipe}",
                f"step, {recipe}, batch 8: {'float32' if precision == 'fp32' else precision}",
                f"bench step {common} --from-scratch {encoder} --precision {precision}",
                float32_variants(f"finetune {common}", is_vit),
                goal,
            )
            for precision, goal in (("fp32", 1.05), ("auto", 1.8))
        ]
    return cases


def segmentation_cases() -> list:
    cases = []
    for recipe, is_vit in (("segment-vit-base", True), ("segment-resnet50", False)):
        common = f"--recipe {recipe} --batch-size 2"
        ours = f"bench step {common} --precision"
        peer = f"segment {common}"
        fp32 = float32_variants(peer, is_vit)
        name = f"step, {recipe}, batch 2"
        cases += [
            Case(f"fp32-{recipe}", f"{name}: float32", ours + " fp32", fp32, 1.05),
            Case(f"auto-{recipe}", f"{name}: auto", ours + " auto", fp32, 1.8),
            Case(f"best-{recipe}", f"{name}: auto, peer's best", ours + " auto", fast_variants(peer, is_vit), 1.0),
        ]
    return cases


def attack_cases() -> list:
    cases = []
    for recipe, batch, size in (("resnet18", 32, 32), ("vit-base", 4, 224)):
        common = f"--recipe {recipe} --batch-size {batch} --steps 20"
        peer = f"attack {common}"
        variants = float32_variants(peer, recipe.startswith("vit"))
        if recipe.startswith("resnet"):
            variants["fp32, channels last"] = peer + " --channels-last"
        title = f"PGD-20, {recipe}, {size} px, batch {batch}: float32"
        cases.append(Case(f"attack-{recipe}", title, f"bench attack {common}", variants, 1.05))
    return cases


# Without the four that are not in the mean corruption error.
IN_MEAN_ERROR = (
    "gaussian_noise,shot_noise,impulse_noise,defocus_blur,glass_blur,motion_blur,zoom_blur,snow,frost,fog,brightness,"
    "contrast,elastic_transform,pixelate,jpeg_compression"
)


def corruption_cases() -> list:
    cases = []
    for name, count, names in (("corrupt-19", 19, ""), ("corrupt-15", 15, f" --names {IN_MEAN_ERROR}")):
        title = f"{count} corruptions at 224 px, one thread"
        ours = f"bench corrupt --side 224 --frost FROST{names}"
        cases.append(Case(name, title, ours, {"imagecorruptions": f"corrupt --side 224{names}"}, 3.0))
    return cases


def quick_case(recipe: str) -> Case:
    return Case(
        recipe,
        f"training, {recipe}, loading included",
        f"bench step --recipe {recipe} --batch-size 128 --precision auto --data samples/fashion-mnist",
        {"fp32": f"quick --recipe {recipe} --data samples/fashion-mnist"},
        1.5,
    )


def loader_case(name: str, photos: Photos, goal: float) -> Case:
    return Case(
        name,
        f"loader, JPEG {photos.width}x{photos.height}, one worker",
        # The recipe says how large the crops are.
        "bench data --recipe vit-base --data PHOTOS --image-size 224 --workers 1",
        {"Pillow": "data --data PHOTOS --size 224"},
        goal,
        photos=photos,
    )


CASES = [
    *step_cases(),
    *finetuning_cases(),
    *segmentation_cases(),
    *attack_cases(),
    *corruption_cases(),
    quick_case("quick"),
    quick_case("quick-vit"),
    loader_case("loader-small", Photos(500, 375, 64), 2.5),
    loader_case("loader-large", Photos(3000, 2000, 16), 4.0),
    Case(
        "embed-vit-base",
        "features, vit-base, batch 8: auto",
        "bench embed --recipe vit-base --batch-size 8 --precision auto",
        {"fp32": "embed --recipe vit-base --batch-size 8"},
        2.0,
    ),
    Case(
        "memory-vit-base",
        "peak memory, step, vit-base, batch 8: float32",
        "bench step --recipe vit-base --batch-size 8 --precision fp32",
        {"fp32": "step --recipe vit-base --batch-size 8"},
        0.9,
        key="peak_rss_bytes",
        less_is_better=True,
    ),
    Case(
        "start",
        "seconds from the start of the process to the end of the first step, quick",
        "bench start --recipe quick",
        {},
        4.0,
        key="seconds_to_first_step",
        less_is_better=True,
    ),
]
