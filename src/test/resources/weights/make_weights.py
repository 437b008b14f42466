"""Makes the foreign weights of this folder, and what their encoders answer.

    python make_weights.py FOLDER

Needs torch, timm and safetensors; the versions that were used are in README.md. Weights are random, and so small that
files stay small; nobody trained them.
"""

import argparse
import collections
import pathlib
import sys

import torch
from safetensors.torch import save_file
from timm.models import beit, convnext, resnet, swin_transformer, vision_transformer

folder = pathlib.Path(sys.argv[1])
expected = {}


def random(model, seed):
    """Random values that are exact in half precision, every bias included."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + 0.1 * torch.randn(parameter.shape, generator=generator)).half().float())
        for name, buffer in model.named_buffers():
            if "running" in name:
                buffer.copy_((1 + 0.5 * torch.rand(buffer.shape, generator=generator)).half().float())
    return model.eval()


def answer(name, size, forward, seed):
    images = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        expected[name + ".images"] = images
        expected[name + ".features"] = forward(images).contiguous()


def map_of(model, tokens):
    """The patches of (N, 1 + L, C) as (N, C, H, W)."""
    grid = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:].transpose(1, 2).reshape(tokens.shape[0], -1, grid, grid)


def half(state):
    return {name: value.half() if value.is_floating_point() else value for name, value in state.items()}


# timm's VisionTransformer with a head, as DistributedDataParallel and torch.compile name it, in half precision.
vit = random(vision_transformer.VisionTransformer(
    img_size=20, patch_size=4, embed_dim=24, depth=2, num_heads=3, mlp_ratio=2.5, num_classes=5, init_values=0.5), 1)
answer("vit", 20, lambda x: map_of(vit, vit.forward_features(x)), 11)
torch.save({"epoch": 3, "state_dict": {"module._orig_mod." + k: v for k, v in half(vit.state_dict()).items()}},
           folder / "vit.pth")

# The same in the format before PyTorch 1.6, every tensor a view of one storage, in a row or turned.
flat, views, at = [], collections.OrderedDict(), 0
for name, value in vit.state_dict().items():
    turned = value.t().contiguous() if value.dim() == 2 else value
    flat.append(turned.reshape(-1))
storage = torch.cat(flat).half()
for name, value in vit.state_dict().items():
    part = storage[at:at + value.numel()]
    views[name] = part.view(value.t().shape).t() if value.dim() == 2 else part.view(value.shape)
    at += value.numel()
torch.save(views, folder / "vit-legacy-views.pth", _use_new_zipfile_serialization=False)

# BEiT with tables per block, and with one that is shared.
own = random(beit.Beit(img_size=16, patch_size=4, embed_dim=16, depth=1, num_heads=2, num_classes=0,
                       use_abs_pos_emb=False, use_rel_pos_bias=True, init_values=0.1, global_pool="token"), 2)
answer("beit", 16, lambda x: map_of(own, own.forward_features(x)), 12)
torch.save({"model": half(own.state_dict())}, folder / "beit.pth")
shared = random(beit.Beit(img_size=16, patch_size=4, embed_dim=16, depth=1, num_heads=4, num_classes=0,
                          use_abs_pos_emb=True, use_shared_rel_pos_bias=True, global_pool="token"), 3)
answer("beit-shared", 16, lambda x: map_of(shared, shared.forward_features(x)), 13)
save_file(half(shared.state_dict()), folder / "beit-shared.safetensors")

# Swin with the names of its authors: merging at the end of a stage, and what follows from the geometry.
swin = random(swin_transformer.SwinTransformer(
    img_size=16, patch_size=2, embed_dim=8, depths=(1, 2), num_heads=(1, 2), window_size=4, num_classes=3), 4)
answer("swin", 16, lambda x: swin.forward_features(x).permute(0, 3, 1, 2), 14)
old = collections.OrderedDict()
for name, value in swin.state_dict().items():
    if ".downsample." in name:
        _, stage, rest = name.split(".", 2)
        name = f"layers.{int(stage) - 1}.{rest}"
    old[name.replace("head.fc.", "head.")] = value
    if name.endswith("attn.qkv.weight"):
        old[name.replace("qkv.weight", "relative_position_index")] = torch.zeros(16, 16, dtype=torch.long)
old["layers.1.blocks.1.attn_mask"] = torch.zeros(1, 16, 16)
torch.save({"model": half(old)}, folder / "swin.pth", _use_new_zipfile_serialization=False)

# ResNet and ConvNeXt of timm.
bottleneck = random(resnet.ResNet(resnet.Bottleneck, layers=(1, 1, 1, 1), channels=(2, 3, 2, 3), num_classes=4), 5)
answer("resnet", 32, bottleneck.forward_features, 15)
save_file(half(bottleneck.state_dict()), folder / "resnet.safetensors")
conv = random(convnext.ConvNeXt(depths=(1, 1, 2, 1), dims=(4, 6, 8, 10), patch_size=3, num_classes=3), 6)
answer("convnext", 24, lambda x: conv.head.norm(conv.forward_features(x)), 16)
torch.save(half(conv.state_dict()), folder / "convnext.pth", _use_new_zipfile_serialization=False)


# MAE: fixed positions, a decoder of its own, an argparse.Namespace beside.
def sin_cos(grid, width):
    omega = 1 / 10000 ** (torch.arange(width // 4, dtype=torch.float64) / (width / 4))
    row, column = torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="ij")
    angles = [axis.reshape(-1, 1) * omega for axis in (column, row)]
    table = torch.cat([f(angle) for angle in angles for f in (torch.sin, torch.cos)], dim=1)
    return torch.cat([torch.zeros(1, width), table.float()])[None]


mae = random(vision_transformer.VisionTransformer(
    img_size=12, patch_size=4, embed_dim=16, depth=1, num_heads=4, mlp_ratio=2, num_classes=0), 7)
with torch.no_grad():
    mae.pos_embed.copy_(sin_cos(3, 16))
answer("mae", 12, lambda x: map_of(mae, mae.forward_features(x)), 17)
state = half(mae.state_dict())
state |= {"mask_token": torch.zeros(1, 1, 8), "decoder_embed.weight": torch.zeros(8, 16),
          "pos_embed": sin_cos(3, 16), "decoder_pos_embed": sin_cos(3, 8), "decoder_blocks.0.norm1.weight": torch.ones(8)}
torch.save({"model": state, "args": argparse.Namespace(lr=1e-3, input_size=12), "epoch": 1}, folder / "mae.pth")

# SimMIM around a ViT without absolute positions, as its authors name it.
simmim = {"encoder." + name: value for name, value in half(own.state_dict()).items()}
simmim |= {"encoder.mask_token": torch.zeros(1, 1, 16), "decoder.0.weight": torch.zeros(48, 16, 1, 1),
           "decoder.0.bias": torch.zeros(48)}
torch.save({"model": simmim}, folder / "simmim.pth")

save_file(expected, folder / "expected.safetensors")
