"""Classifiers that Bandpass trained, as PyTorch modules: a ViT is timm's, a ResNet the peer's own."""

import json
from pathlib import Path

import timm.models.vision_transformer
import torch
import yaml
from safetensors import safe_open
from torch import nn

from model import Classifier, ResNet
from recipes import ResNetShape


class Normalised(nn.Module):
    """From images in [0, 1] to logits."""

    def __init__(self, model: nn.Module, mean: list, std: list):
        super().__init__()
        self.model = model
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, images):
        return self.model((images - self.mean) / self.std)


def vision_transformer(encoder: dict, classes: int, pooling: str) -> nn.Module:
    return timm.models.vision_transformer.VisionTransformer(
        img_size=encoder["image-size"],
        patch_size=encoder["patch-size"],
        embed_dim=encoder["width"],
        depth=encoder["depth"],
        num_heads=encoder["heads"],
        mlp_ratio=encoder["mlp-ratio"],
        qkv_bias=encoder["qkv-bias"],
        global_pool="avg" if pooling == "mean" else "token",
        num_classes=classes,
    )


def resnet(encoder: dict, classes: int) -> nn.Module:
    shape = ResNetShape(
        tuple(encoder["stages"]),
        tuple(encoder["widths"]),
        tuple(encoder["bottleneck-widths"]) or None,
        encoder["stem-width"],
        encoder["stem-kernel"],
        encoder["stem-stride"],
        encoder["max-pool"],
    )
    return Classifier(ResNet(shape), classes)


def of_peer(name: str) -> str:
    return "head." + name[len("fc.") :] if name.startswith("fc.") else "encoder." + name


class Trained:
    """model: in evaluation mode, its parameters frozen. classes: their names, in the order of the logits."""

    def __init__(self, weights: Path):
        with safe_open(str(weights), "pt") as file:
            facts = file.metadata()
            state = {name: file.get_tensor(name) for name in file.keys()}
        encoder = yaml.safe_load(facts["encoder"])
        self.image_size = int(facts["image-size"])
        # An imported file may not name its classes; they are then numbers.
        self.classes = json.loads(facts.get("class-names") or json.dumps([str(k) for k in range(int(facts["classes"]))]))
        if encoder["type"] == "vit":
            model = vision_transformer(encoder, len(self.classes), facts["pooling"])
        elif encoder["type"] == "resnet":
            model = resnet(encoder, len(self.classes))
            state = {of_peer(name): value for name, value in state.items()}
        else:
            raise SystemExit(f"{weights} is a {encoder['type']}; only vit and resnet can be compared")
        model.load_state_dict(state, strict=True)
        self.model = Normalised(model, json.loads(facts["mean"]), json.loads(facts["std"])).eval()
        self.model.requires_grad_(False)
