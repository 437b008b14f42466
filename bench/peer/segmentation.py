"""UperNet on an encoder, and one optimizer step of it: two heads, cross entropy, update."""

import torch
from torch import nn
from torch.nn import functional

from finetuning import parameter_groups
from frequency import Normalisation
from model import ResNet, VisionTransformer
from recipes import SegmentationRecipe, VisionTransformerShape
from training import autocast

CLASSES = 150
IGNORED = 255
POOLED_SIZES = (1, 2, 3, 6)
DROPOUT = 0.1
AUXILIARY_WIDTH = 256
AUXILIARY_LEVEL = 2
AUXILIARY_WEIGHT = 0.4


def resized(x: torch.Tensor, size) -> torch.Tensor:
    return functional.interpolate(x, size=size, mode="bilinear", align_corners=False)


class ConvNormRelu(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        return functional.relu(self.bn(self.conv(x)), inplace=True)


class Head(nn.Module):
    """What both heads end with: dropped channels and a convolution that classifies."""

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.dropout = nn.Dropout2d(DROPOUT)
        self.conv_seg = nn.Conv2d(width, classes, kernel_size=1)
        nn.init.normal_(self.conv_seg.weight, std=0.01)
        nn.init.zeros_(self.conv_seg.bias)

    def logits(self, x):
        return self.conv_seg(self.dropout(x))


class UperHead(Head):
    """Pyramid pooling of the smallest of four maps, and a way down over the others."""

    def __init__(self, widths, width: int, classes: int):
        super().__init__(width, classes)
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(size), ConvNormRelu(widths[-1], width, 1)) for size in POOLED_SIZES
        )
        self.bottleneck = ConvNormRelu(widths[-1] + len(POOLED_SIZES) * width, width, 3)
        self.lateral_convs = nn.ModuleList(ConvNormRelu(inputs, width, 1) for inputs in widths[:-1])
        self.fpn_convs = nn.ModuleList(ConvNormRelu(width, width, 3) for _ in widths[:-1])
        self.fpn_bottleneck = ConvNormRelu(len(widths) * width, width, 3)

    def pooled(self, x):
        return self.bottleneck(torch.cat((x, *(resized(pool(x), x.shape[-2:]) for pool in self.psp_modules)), dim=1))

    def forward(self, maps):
        levels = [lateral(x) for lateral, x in zip(self.lateral_convs, maps)] + [self.pooled(maps[-1])]
        for i in range(len(levels) - 1, 0, -1):
            levels[i - 1] = levels[i - 1] + resized(levels[i], levels[i - 1].shape[-2:])
        outputs = [convolution(level) for convolution, level in zip(self.fpn_convs, levels)] + [levels[-1]]
        size = outputs[0].shape[-2:]
        return self.logits(self.fpn_bottleneck(torch.cat([resized(output, size) for output in outputs], dim=1)))


class FcnHead(Head):
    def __init__(self, inputs: int, width: int, classes: int):
        super().__init__(width, classes)
        self.convs = nn.Sequential(ConvNormRelu(inputs, width, 3))

    def forward(self, x):
        return self.logits(self.convs(x))


class Segmenter(nn.Module):
    """Encoder, for a ViT the pyramid of its maps, and both heads: (N, 3, H, W) to two maps of logits."""

    def __init__(self, encoder: nn.Module, widths, levels, width: int, classes: int, auxiliary_width=AUXILIARY_WIDTH):
        super().__init__()
        self.encoder = encoder
        self.levels = levels
        if isinstance(encoder, VisionTransformer):
            # Nothing reads what comes behind the last block.
            encoder.norm = nn.Identity()
            channels = encoder.width
            self.fpn1 = nn.Sequential(
                nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2),
                nn.BatchNorm2d(channels),
                nn.GELU(),
                nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2),
            )
            self.fpn2 = nn.Sequential(nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2))
            self.fpn3 = nn.Identity()
            self.fpn4 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.decode_head = UperHead(widths, width, classes)
        self.auxiliary_head = FcnHead(widths[AUXILIARY_LEVEL], auxiliary_width, classes)

    def maps(self, images):
        if not isinstance(self.encoder, VisionTransformer):
            return self.encoder.maps(images)
        resize = (self.fpn1, self.fpn2, self.fpn3, self.fpn4)
        return [scale(x) for scale, x in zip(resize, self.encoder.maps(images, self.levels))]

    def forward(self, images):
        maps = self.maps(images)
        return self.decode_head(maps), self.auxiliary_head(maps[AUXILIARY_LEVEL])


def build_segmenter(recipe: SegmentationRecipe, plain_attention: bool = False) -> Segmenter:
    if isinstance(recipe.encoder, VisionTransformerShape):
        encoder = VisionTransformer(recipe.encoder, recipe.image_size, plain_attention, recipe.drop_path)
        depth = recipe.encoder.depth
        levels = [depth * third // 6 - 1 for third in (2, 3, 4, 6)]
        return Segmenter(encoder, [encoder.width] * 4, levels, recipe.width, CLASSES)
    return Segmenter(ResNet(recipe.encoder), recipe.encoder.widths, None, recipe.width, CLASSES)


def pixel_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy at the size of the labels (N, H, W), divided by all pixels, those that are ignored included."""
    full = resized(logits.float(), labels.shape[-2:])
    return functional.cross_entropy(full, labels, ignore_index=IGNORED, reduction="sum") / labels.numel()


def loss_of(logits, labels: torch.Tensor) -> torch.Tensor:
    return pixel_loss(logits[0], labels) + AUXILIARY_WEIGHT * pixel_loss(logits[1], labels)


def synthetic_labels(count: int, size: int) -> torch.Tensor:
    """Squares of 32 pixels of one class each, and a strip that is ignored: (count, size, size)."""
    generator = torch.Generator().manual_seed(0)
    squares = torch.randint(0, CLASSES, (count, size // 32, size // 32), generator=generator)
    labels = squares.repeat_interleave(32, dim=1).repeat_interleave(32, dim=2)
    labels[:, : size // 16] = IGNORED
    return labels


class SegmentationTrainer:
    def __init__(self, recipe, precision, compiled=False, channels_last=False, plain_attention=False):
        self.precision = precision
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = build_segmenter(recipe, plain_attention).to(memory_format=self.layout).train()
        self.run = torch.compile(self.model) if compiled else self.model
        self.normalisation = Normalisation()
        groups = parameter_groups(self.model, recipe)
        if recipe.sgd:
            self.optimizer = torch.optim.SGD(groups, lr=recipe.learning_rate, momentum=0.9)
        else:
            self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)

    def step(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """Images in [0, 1], (N, 3, H, W); labels (N, H, W)."""
        self.optimizer.zero_grad(set_to_none=True)
        inputs = self.normalisation(images).contiguous(memory_format=self.layout)
        with autocast(self.precision):
            logits = self.run(inputs)
        loss = loss_of(logits, labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()
