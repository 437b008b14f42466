"""Encoders and decoder as plain modules, in the way that most PyTorch programs write them."""

import math

import torch
from torch import nn
from torch.nn import functional

from recipes import FinetuningRecipe, Recipe, ResNetShape, VisionTransformerShape


class Attention(nn.Module):
    """Multi-head self-attention with biases for q and v only; `plain` writes the softmax out."""

    def __init__(self, width: int, heads: int, plain: bool):
        super().__init__()
        self.heads = heads
        self.plain = plain
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.q_bias = nn.Parameter(torch.zeros(width))
        self.v_bias = nn.Parameter(torch.zeros(width))
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, length, width = x.shape
        bias = torch.cat((self.q_bias, torch.zeros_like(self.v_bias, requires_grad=False), self.v_bias))
        qkv = functional.linear(x, self.qkv.weight, bias)
        q, k, v = qkv.reshape(n, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if self.plain:
            logits = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1)
            mixed = logits.softmax(dim=-1) @ v
        else:
            mixed = functional.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).reshape(n, length, width))


class Mlp(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class DropPath(nn.Module):
    """Stochastic depth: leaves the whole residual branch out for some images, and scales it up for the others."""

    def __init__(self, probability: float):
        super().__init__()
        self.probability = probability

    def forward(self, x):
        if not self.training or self.probability == 0:
            return x
        kept = 1 - self.probability
        return x * x.new_empty(len(x), *[1] * (x.dim() - 1)).bernoulli_(kept).div_(kept)


class TransformerBlock(nn.Module):
    def __init__(self, width: int, heads: int, plain_attention: bool, drop_path: float):
        super().__init__()
        self.drop_path = DropPath(drop_path)
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads, plain_attention)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.drop_path(self.attn(self.norm1(x)))
        return x + self.drop_path(self.mlp(self.norm2(x)))


class PatchEmbedding(nn.Module):
    def __init__(self, patch_size: int, width: int):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch_size, stride=patch_size)

    def forward(self, images):
        return self.proj(images).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    def __init__(
        self, shape: VisionTransformerShape, image_size: int, plain_attention: bool = False, drop_path: float = 0
    ):
        super().__init__()
        self.grid = image_size // shape.patch_size
        self.width = shape.width
        self.stride = shape.patch_size
        self.cls_token = nn.Parameter(torch.zeros(1, 1, shape.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + self.grid**2, shape.width))
        self.patch_embed = PatchEmbedding(shape.patch_size, shape.width)
        self.blocks = nn.ModuleList(
            TransformerBlock(shape.width, shape.heads, plain_attention, rate)
            for rate in torch.linspace(0, drop_path, shape.depth).tolist()
        )
        self.norm = nn.LayerNorm(shape.width, eps=1e-6)
        self.initialise()

    def initialise(self):
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.trunc_normal_(parameter, std=0.02, a=-0.02, b=0.02)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Conv2d)) and module.bias is not None:
                nn.init.zeros_(module.bias)
        with torch.no_grad():
            for number, block in enumerate(self.blocks, 1):
                block.attn.proj.weight /= math.sqrt(2 * number)
                block.mlp.fc2.weight /= math.sqrt(2 * number)

    def embedded(self, images):
        x = self.patch_embed(images)
        return torch.cat((self.cls_token.expand(len(x), -1, -1), x), dim=1) + self.pos_embed

    def tokens(self, images):
        """(N, 1 + L, C), the class token first, before the final norm."""
        x = self.embedded(images)
        for block in self.blocks:
            x = block(x)
        return x

    def maps(self, images, levels):
        """The patches after these blocks, (N, C, H, W) each, without a norm."""
        x = self.embedded(images)
        maps = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in levels:
                maps.append(x[:, 1:].transpose(1, 2).reshape(len(x), self.width, self.grid, self.grid))
        return maps

    def forward(self, images):
        patches = self.norm(self.tokens(images))[:, 1:]
        return patches.transpose(1, 2).reshape(len(patches), self.width, self.grid, self.grid)


class ResNetBlock(nn.Module):
    """Two 3x3 convolutions, or with an inner width 1x1, 3x3 with the stride, 1x1."""

    def __init__(self, inputs: int, inner, outputs: int, stride: int):
        super().__init__()
        if inner is None:
            layers = [(inputs, outputs, 3, stride), (outputs, outputs, 3, 1)]
        else:
            layers = [(inputs, inner, 1, 1), (inner, inner, 3, stride), (inner, outputs, 1, 1)]
        self.count = len(layers)
        for number, (before, after, kernel, step) in enumerate(layers, 1):
            convolution = nn.Conv2d(before, after, kernel, stride=step, padding=kernel // 2, bias=False)
            setattr(self, f"conv{number}", convolution)
            setattr(self, f"bn{number}", nn.BatchNorm2d(after))
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            if number < self.count:
                y = self.relu(y)
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(y + shortcut)


class ResNet(nn.Module):
    def __init__(self, shape: ResNetShape):
        super().__init__()
        self.conv1 = nn.Conv2d(
            3, shape.stem_width, shape.stem_kernel, stride=shape.stem_stride, padding=shape.stem_kernel // 2, bias=False
        )
        self.bn1 = nn.BatchNorm2d(shape.stem_width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1) if shape.max_pool else nn.Identity()
        self.stages = len(shape.stages)
        width = shape.stem_width
        for stage, count in enumerate(shape.stages):
            inner = None if shape.bottleneck_widths is None else shape.bottleneck_widths[stage]
            blocks = []
            for i in range(count):
                blocks.append(ResNetBlock(width, inner, shape.widths[stage], 2 if stage > 0 and i == 0 else 1))
                width = shape.widths[stage]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.width = width
        self.stride = shape.stem_stride * (2 if shape.max_pool else 1) * 2 ** (self.stages - 1)
        self.initialise()

    def initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for module in self.modules():
            if isinstance(module, ResNetBlock):
                nn.init.zeros_(getattr(module, f"bn{module.count}").weight)

    def maps(self, images):
        """What each stage gives, the smallest last."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        maps = []
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
            maps.append(x)
        return maps

    def forward(self, images):
        return self.maps(images)[-1]


class Model(nn.Module):
    """Encoder and decoder: normalised images (N, 3, H, W) to predicted ones."""

    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder
        self.decoder = nn.Sequential(
            nn.Conv2d(encoder.width, 3 * encoder.stride**2, kernel_size=1), nn.PixelShuffle(encoder.stride)
        )

    def forward(self, images):
        return self.decoder(self.encoder(images))


class Classifier(nn.Module):
    """Encoder, mean over the map or the patches, for a ViT a norm of the mean instead of the final one, and a head."""

    def __init__(self, encoder: nn.Module, classes: int):
        super().__init__()
        if isinstance(encoder, VisionTransformer):
            encoder.norm = nn.Identity()
            self.fc_norm = nn.LayerNorm(encoder.width, eps=1e-6)
        self.encoder = encoder
        self.head = nn.Linear(encoder.width, classes)

    def features(self, images):
        if isinstance(self.encoder, VisionTransformer):
            return self.fc_norm(self.encoder.tokens(images)[:, 1:].mean(dim=1))
        return self.encoder(images).mean(dim=(2, 3))

    def forward(self, images):
        return self.head(self.features(images))


def build(recipe: Recipe, plain_attention: bool = False) -> Model:
    if isinstance(recipe.encoder, VisionTransformerShape):
        return Model(VisionTransformer(recipe.encoder, recipe.image_size, plain_attention))
    return Model(ResNet(recipe.encoder))


def build_classifier(recipe: FinetuningRecipe, classes: int, plain_attention: bool = False) -> Classifier:
    if isinstance(recipe.encoder, VisionTransformerShape):
        encoder = VisionTransformer(recipe.encoder, recipe.image_size, plain_attention, recipe.drop_path)
    else:
        encoder = ResNet(recipe.encoder)
    return Classifier(encoder, classes)
