"""The recipes of src/main/resources/recipes that are compared, as far as they matter for speed."""

from dataclasses import dataclass
from typing import Optional, Tuple, Union


@dataclass(frozen=True)
class VisionTransformerShape:
    patch_size: int
    width: int
    depth: int
    heads: int


@dataclass(frozen=True)
class ResNetShape:
    stages: Tuple[int, ...]
    widths: Tuple[int, ...]
    bottleneck_widths: Optional[Tuple[int, ...]]  # none: basic blocks
    stem_width: int = 64
    stem_kernel: int = 7
    stem_stride: int = 2
    max_pool: bool = True


@dataclass(frozen=True)
class Recipe:
    encoder: Union[VisionTransformerShape, ResNetShape]
    image_size: int
    lowpass_probability: float
    radius: Optional[float] = None  # none: scaled with the image size
    crop_area: Tuple[float, float] = (0.2, 1.0)
    base_learning_rate: float = 3e-4  # per 512 images, as the next two
    warmup_learning_rate: float = 2.5e-7
    min_learning_rate: float = 2.5e-6
    warmup_epochs: int = 20
    epochs: int = 300

    @property
    def mask_radius(self) -> float:
        return 16 * self.image_size / 224 if self.radius is None else self.radius


@dataclass(frozen=True)
class FinetuningRecipe:
    encoder: Union[VisionTransformerShape, ResNetShape]
    image_size: int
    learning_rate: float
    weight_decay: float
    mixup_alpha: float
    cutmix_alpha: float = 1.0
    drop_path: float = 0.0
    layer_decay: float = 1.0
    label_smoothing: float = 0.0
    erase_probability: float = 0.0
    lamb: bool = False  # else AdamW
    clip: float = 0.0
    binary_threshold: Optional[float] = None  # none: cross entropy; else binary cross entropy


@dataclass(frozen=True)
class SegmentationRecipe:
    encoder: Union[VisionTransformerShape, ResNetShape]
    width: int  # of the heads
    learning_rate: float
    weight_decay: float
    image_size: int = 512
    drop_path: float = 0.0
    layer_decay: float = 1.0
    sgd: bool = False  # else AdamW


RECIPES = {
    "quick": Recipe(
        ResNetShape((1, 1, 1), (32, 64, 128), None, stem_width=32, stem_kernel=3, stem_stride=1, max_pool=False),
        image_size=28,
        lowpass_probability=0.1,
        radius=2.0,
        crop_area=(0.5, 1.0),
        base_learning_rate=8e-2,
        warmup_epochs=1,
        epochs=12,
    ),
    "quick-vit": Recipe(
        VisionTransformerShape(patch_size=4, width=128, depth=4, heads=4),
        image_size=28,
        lowpass_probability=0.5,
        radius=2.0,
        crop_area=(0.5, 1.0),
        base_learning_rate=4e-3,
        warmup_epochs=1,
        epochs=10,
    ),
    "vit-tiny": Recipe(
        VisionTransformerShape(patch_size=4, width=192, depth=12, heads=3), image_size=32, lowpass_probability=0.5
    ),
    "resnet18": Recipe(
        ResNetShape((2, 2, 2, 2), (64, 128, 256, 512), None, stem_kernel=3, stem_stride=1, max_pool=False),
        image_size=32,
        lowpass_probability=0.3,
    ),
    "vit-base": Recipe(
        VisionTransformerShape(patch_size=16, width=768, depth=12, heads=12), image_size=224, lowpass_probability=0.5
    ),
    "resnet50": Recipe(
        ResNetShape((3, 4, 6, 3), (256, 512, 1024, 2048), (64, 128, 256, 512)),
        image_size=224,
        lowpass_probability=0.3,
    ),
}

FINETUNING_RECIPES = {
    "finetune-vit-base": FinetuningRecipe(
        RECIPES["vit-base"].encoder,
        image_size=224,
        learning_rate=2e-3 * 8 / 512,  # of a batch of 8
        weight_decay=0.05,
        mixup_alpha=0.8,
        drop_path=0.1,
        layer_decay=0.8,
        label_smoothing=0.1,
        erase_probability=0.25,
    ),
    "finetune-resnet50-a3": FinetuningRecipe(
        RECIPES["resnet50"].encoder,
        image_size=160,
        learning_rate=8e-3,
        weight_decay=0.02,
        mixup_alpha=0.1,
        lamb=True,
        clip=1.0,
        binary_threshold=0.2,
    ),
}

SEGMENTATION_RECIPES = {
    "segment-vit-base": SegmentationRecipe(
        RECIPES["vit-base"].encoder,
        width=768,
        learning_rate=1e-4,
        weight_decay=0.05,
        drop_path=0.1,
        layer_decay=0.65,
    ),
    "segment-resnet50": SegmentationRecipe(
        RECIPES["resnet50"].encoder, width=512, learning_rate=1e-2, weight_decay=5e-4, sgd=True
    ),
}
