"""Makes the small segmentation checkpoints mmseg-*.pth and what mmsegmentation answers with them.

Run with mmsegmentation 1.2.2, mmcv-lite 2.1.0, mmengine 0.10.7, torch 2.4.1, in this folder.
"""

import importlib.machinery
import sys
import types

# mmcv-lite has no compiled operations, and none of these models needs one.
ops = types.ModuleType("mmcv._ext")
ops.__spec__ = importlib.machinery.ModuleSpec("mmcv._ext", None)


def operation(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *a, **k: None


ops.__getattr__ = operation
sys.modules["mmcv._ext"] = ops

import numpy as np
import torch
from mmengine.config import Config, ConfigDict
from mmengine.logging.history_buffer import HistoryBuffer
from mmseg.registry import MODELS
from mmseg.utils import register_all_modules
from safetensors.torch import save_file

register_all_modules()
CLASSES = ("sea", "land", "ice")
PALETTE = [[0, 0, 160], [40, 120, 0], [255, 255, 255]]


def segmenter(backbone, channels, aux_index, neck=None):
    norm = dict(type="BN", requires_grad=True)
    common = dict(num_classes=3, norm_cfg=norm, align_corners=False, loss_decode=dict(type="CrossEntropyLoss"))
    config = dict(
        type="EncoderDecoder",
        backbone=backbone,
        decode_head=dict(type="UPerHead", in_channels=channels, in_index=[0, 1, 2, 3], channels=8, **common),
        auxiliary_head=dict(
            type="FCNHead", in_channels=channels[aux_index], in_index=aux_index, channels=4, num_convs=1,
            concat_input=False, **common),
        train_cfg=dict(),
        test_cfg=dict(mode="slide", crop_size=(48, 48), stride=(32, 32)))
    if neck:
        config["neck"] = neck
    return config


vit = dict(img_size=(48, 48), patch_size=8, embed_dims=8, num_layers=5, num_heads=2, mlp_ratio=2,
           out_indices=(0, 2, 3, 4))
CASES = {
    "beit": (segmenter(dict(type="BEiT", init_values=0.1, **vit), [8] * 4, 2,
                       dict(type="Feature2Pyramid", embed_dim=8, rescales=[4, 2, 1, 0.5])), (48, 48)),
    "vit": (segmenter(dict(type="VisionTransformer", norm_cfg=dict(type="LN", eps=1e-6), **vit), [8] * 4, 3,
                      dict(type="Feature2Pyramid", embed_dim=8, rescales=[2, 1, 0.5, 0.25])), (48, 48)),
    "swin": (segmenter(dict(type="SwinTransformer", embed_dims=4, window_size=3, depths=[1, 2, 1, 1],
                            num_heads=[1, 2, 2, 4]), [4, 8, 16, 32], 2), (50, 75)),
}
expected = {}
for name, (config, size) in CASES.items():
    torch.manual_seed(len(name))
    model = MODELS.build(Config(config).to_dict()).eval()
    with torch.no_grad():
        for key, tensor in list(model.named_parameters()) + list(model.named_buffers()):
            if not tensor.dtype.is_floating_point or key.startswith("data_preprocessor"):
                continue
            if key.endswith("running_var"):
                tensor.copy_(torch.rand_like(tensor) + 0.5)
            elif tensor.ndim > 1 and not key.endswith(("table", "pos_embed", "cls_token")):
                tensor.copy_(torch.randn_like(tensor) * tensor[0].numel() ** -0.5)
            else:
                tensor.add_(torch.randn_like(tensor) * 0.2)
        images = torch.randn(2, 3, *size)
        expected[name + ".images"] = images
        expected[name + ".logits"] = model.decode_head(model.extract_feat(images)).contiguous()
    torch.save(
        dict(
            meta=dict(cfg=Config(dict(model=config)).pretty_text, mmengine_version="0.10.7", iter=2,
                      dataset_meta=dict(classes=CLASSES, palette=PALETTE)),
            state_dict=model.state_dict(),
            message_hub=dict(log_scalars={"train/loss": HistoryBuffer([1.0, 0.5], [1, 1])},
                             runtime_info={"best": np.float64(0.5)}, resumed_keys={"train/loss": True}),
            extra=ConfigDict(a=ConfigDict(b=[1]))),
        f"mmseg-{name}.pth")
save_file(expected, "mmseg-expected.safetensors")
