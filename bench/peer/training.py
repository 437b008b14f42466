"""One optimizer step, and the learning rate of every step."""

import math
from contextlib import nullcontext

import torch

from frequency import Normalisation, corrupt, frequency_loss
from model import build
from recipes import Recipe

CLIP = 3.0
WEIGHT_DECAY = 0.05


def autocast(precision: str):
    return torch.autocast("cpu", torch.bfloat16) if precision == "bf16" else nullcontext()


def parameter_groups(model: torch.nn.Module) -> list:
    """No weight decay on tensors with one axis, the positions and the class token."""
    decay, rest = [], []
    for name, parameter in model.named_parameters():
        fixed = parameter.dim() == 1 or name.endswith(("pos_embed", "cls_token"))
        (rest if fixed else decay).append(parameter)
    return [{"params": decay, "weight_decay": WEIGHT_DECAY}, {"params": rest, "weight_decay": 0.0}]


def learning_rate(recipe: Recipe, batch_size: int, step: int, steps_per_epoch: int) -> float:
    """Linear warm-up, then a cosine that is counted from step 0; the rate at step k is that of k - 1."""
    scale = batch_size / 512
    base, low, warm = (
        rate * scale for rate in (recipe.base_learning_rate, recipe.min_learning_rate, recipe.warmup_learning_rate)
    )
    t = max(0, step - 1)
    warmup = recipe.warmup_epochs * steps_per_epoch
    if t < warmup:
        return warm + t * ((base - warm) / warmup)
    return low + (base - low) * (1 + math.cos(math.pi * t / (recipe.epochs * steps_per_epoch))) / 2


class Trainer:
    def __init__(self, recipe, batch_size, precision, compiled=False, channels_last=False, plain_attention=False):
        self.precision = precision
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = build(recipe, plain_attention).to(memory_format=self.layout).train()
        self.run = torch.compile(self.model) if compiled else self.model
        self.normalisation = Normalisation()
        rate = recipe.base_learning_rate * batch_size / 512
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model), lr=rate, betas=(0.9, 0.95), eps=1e-8)

    def step(self, images: torch.Tensor, masks: torch.Tensor) -> float:
        """Images in [0, 1], (N, 3, H, W); masks (N, H, W)."""
        self.optimizer.zero_grad(set_to_none=True)
        corrupted = self.normalisation(corrupt(images, masks)).contiguous(memory_format=self.layout)
        with autocast(self.precision):
            prediction = self.run(corrupted)
        loss = frequency_loss(prediction.float(), self.normalisation(images), masks)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP)
        self.optimizer.step()
        return loss.item()

    def set_learning_rate(self, rate: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
