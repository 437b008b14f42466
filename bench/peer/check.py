#!/usr/bin/env python3
"""Compares the peer with numbers of the authors' program (src/test/resources/golden), so that both do the same work.

    python bench/peer/check.py
"""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from finetuning import layer_of, mix
from frequency import Normalisation, corrupt, frequency_loss
from model import Classifier, Model, ResNet, VisionTransformer, build
from recipes import FINETUNING_RECIPES, RECIPES, ResNetShape, VisionTransformerShape
from segmentation import Segmenter, loss_of as segmentation_loss

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


def of_classifier(name: str) -> str:
    return name if name.startswith(("fc_norm.", "head.")) else "encoder." + name


def check_classifier(golden: dict) -> None:
    shape = VisionTransformerShape(patch_size=4, width=64, depth=2, heads=4)
    model = Classifier(VisionTransformer(shape, 32), classes=10)
    prefix = "mean.state."
    state = {name[len(prefix) :]: value for name, value in golden.items() if name.startswith(prefix)}
    model.load_state_dict({of_classifier(name): value for name, value in state.items()})
    inputs = Normalisation()(golden["x01"])
    check("classifier: features", model.features(inputs).detach(), golden["mean.features"], 1e-5)
    logits = model(inputs)
    check("classifier: logits", logits.detach(), golden["mean.logits"], 1e-5)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([0, 3, 7, 9]))
    check("classifier: loss", loss.detach(), golden["mean.ce_loss"], 1e-5, relative=True)
    loss.backward()
    for name in ("head.weight", "patch_embed.proj.weight"):
        gradient = model.get_parameter(of_classifier(name)).grad
        check(f"classifier: gradient of {name}", gradient, golden["mean.grad." + name], 1e-4, relative=True)


def check_segmenter(golden: dict) -> None:
    shape = VisionTransformerShape(patch_size=8, width=48, depth=4, heads=4)
    encoder = VisionTransformer(shape, 64)
    model = Segmenter(encoder, [48] * 4, range(4), width=48, classes=5, auxiliary_width=12).eval()
    prefix = "vit.state."
    state = {name[len(prefix) :]: value for name, value in golden.items() if name.startswith(prefix)}
    model.load_state_dict({name: value for name, value in state.items() if not name.startswith("encoder.fc_norm.")})
    inputs = Normalisation()(golden["vit.img_u8"].float() / 255)
    for number, value in enumerate(model.maps(inputs)):
        check(f"UperNet: pyramid, level {number}", value.detach(), golden[f"vit.pyramid{number}"], 1e-5)
    logits = model(inputs)
    check("UperNet: logits", logits[0].detach(), golden["vit.logits"], 1e-5)
    check("UperNet: logits of the auxiliary head", logits[1].detach(), golden["vit.aux_logits"], 1e-5)
    loss = segmentation_loss(logits, golden["vit.labels"].long())
    check("UperNet: loss", loss.detach(), golden["vit.loss_divided_by_all_pixels"], 1e-5, relative=True)
    # The golden gradients are those of the loss that is divided by the pixels that count.
    (loss * (golden["vit.loss"] / golden["vit.loss_divided_by_all_pixels"]).item()).backward()
    for name in ("fpn1.0.weight", "decode_head.psp_modules.3.1.conv.weight", "auxiliary_head.convs.0.conv.weight"):
        gradient = model.get_parameter(name).grad
        check(f"UperNet: gradient of {name}", gradient, golden["vit.grad." + name], 1e-4, relative=True)


def check_mixing() -> None:
    """Of images that are one number each, the mean is mixed as the labels are."""
    numbers = torch.arange(8.0)
    recipe = replace(FINETUNING_RECIPES["finetune-vit-base"], label_smoothing=0.0)
    for seed in range(20):
        random.seed(seed)
        images = numbers.view(8, 1, 1, 1).repeat(1, 3, 32, 32)
        mixed, targets = mix(images, numbers.long(), recipe)
        check(f"mixed images, seed {seed}", mixed.mean(dim=(1, 2, 3)), targets[:, :8] @ numbers, 1e-4)


def check_layer_decay(golden: dict) -> None:
    depth, decay = (golden["config"][key] for key in ("depth", "layer_decay"))
    names = golden["scale_by_param"]
    scales = torch.tensor([decay ** (depth + 1 - layer_of(of_classifier(name), depth)) for name in names])
    check("layer decay of each parameter", scales, torch.tensor(list(names.values())), 1e-7)


def main() -> None:
    shape = VisionTransformerShape(patch_size=4, width=64, depth=2, heads=4)
    golden = read_safetensors(GOLDEN / "vit_tiny.safetensors")
    for plain in (False, True):
        check_model(f"ViT, {'plain' if plain else 'sdpa'}", VisionTransformer(shape, 32, plain), golden, "a_")
    shape = ResNetShape((1, 1, 1, 1), (64, 128, 256, 512), (8, 16, 32, 64))
    check_model("ResNet", ResNet(shape), read_safetensors(GOLDEN / "resnet.safetensors"), "")
    check_classifier(read_safetensors(GOLDEN / "finetune.safetensors"))
    check_segmenter(read_safetensors(GOLDEN / "segmentation.safetensors"))
    check_mixing()
    check_layer_decay(json.loads((GOLDEN / "schedule.json").read_text())["finetune_layer_decay"])
    for name, recipe in RECIPES.items():
        model = build(recipe)
        encoder, decoder = (sum(p.numel() for p in part.parameters()) for part in (model.encoder, model.decoder))
        print(f"{name}: {encoder:,} parameters in the encoder, {decoder:,} in the decoder")


if __name__ == "__main__":
    main()
