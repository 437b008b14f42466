#!/usr/bin/env python3
"""Compares the peer with numbers of the authors' program (src/test/resources/golden), so that both do the same work.

    python bench/peer/check.py
"""

import json
from pathlib import Path

import numpy as np
import torch

from frequency import Normalisation, corrupt, frequency_loss
from model import Model, ResNet, VisionTransformer, build
from recipes import RECIPES, ResNetShape, VisionTransformerShape

GOLDEN = Path(__file__).resolve().parents[2] / "src/test/resources/golden"


def read_safetensors(path: Path) -> dict:
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    types = {"F32": np.float32, "U8": np.uint8, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = np.frombuffer(content[start + first : start + last], types[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors


def check(what: str, value: torch.Tensor, expected: torch.Tensor, tolerance: float, relative: bool = False) -> None:
    error = (value - expected).abs().max().item()
    if relative:
        error /= expected.abs().max().item()
    print(f"{what:55} {'relative' if relative else 'absolute'} error {error:.1e}")
    if not error <= tolerance:
        raise SystemExit(f"{what}: {error} is more than {tolerance}")


def check_model(title: str, encoder: torch.nn.Module, golden: dict, prefix: str) -> None:
    model = Model(encoder)
    state_prefix = prefix + "state."
    state = {name[len(state_prefix) :]: value for name, value in golden.items() if name.startswith(state_prefix)}
    model.load_state_dict(state)
    normalisation = Normalisation()
    images, masks = golden["x01"], golden["mask"]
    inputs = normalisation(corrupt(images, masks))
    check(f"{title}: corrupted input", inputs, golden[prefix + "encoder_input"], 1e-5)
    with torch.no_grad():
        features = model.eval().encoder(inputs)
        check(f"{title}: features", features, golden[prefix + "encoder_out"], 1e-5)
        check(f"{title}: reconstruction", model.decoder(features), golden[prefix + "recon"], 1e-5)
    loss = frequency_loss(model.train()(inputs), normalisation(images), masks)
    check(f"{title}: loss", loss.detach(), golden[prefix + "loss"], 1e-5, relative=True)
    loss.backward()
    gradient_prefix = prefix + "grad."
    for name, expected in golden.items():
        if name.startswith(gradient_prefix):
            short = name[len(gradient_prefix) :]
            check(f"{title}: gradient of {short}", model.get_parameter(short).grad, expected, 1e-4, relative=True)


def main() -> None:
    shape = VisionTransformerShape(patch_size=4, width=64, depth=2, heads=4)
    golden = read_safetensors(GOLDEN / "vit_tiny.safetensors")
    for plain in (False, True):
        check_model(f"ViT, {'plain' if plain else 'sdpa'}", VisionTransformer(shape, 32, plain), golden, "a_")
    shape = ResNetShape((1, 1, 1, 1), (64, 128, 256, 512), (8, 16, 32, 64))
    check_model("ResNet", ResNet(shape), read_safetensors(GOLDEN / "resnet.safetensors"), "")
    for name, recipe in RECIPES.items():
        model = build(recipe)
        encoder, decoder = (sum(p.numel() for p in part.parameters()) for part in (model.encoder, model.decoder))
        print(f"{name}: {encoder:,} parameters in the encoder, {decoder:,} in the decoder")


if __name__ == "__main__":
    main()
