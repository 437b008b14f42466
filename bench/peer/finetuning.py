"""One optimizer step of fine-tuning: erase, mix, classify, update."""

import math
import random

import torch
from torch.nn import functional

from frequency import Normalisation
from model import VisionTransformer, build_classifier
from recipes import FinetuningRecipe
from training import autocast

CLASSES = 1000


def erase(images: torch.Tensor, probability: float) -> None:
    """Random erasing with a noise value for each pixel, in place; images are normalised, (N, 3, H, W)."""
    height, width = images.shape[-2:]
    for image in images:
        if random.random() >= probability:
            continue
        for _ in range(10):
            area = random.uniform(0.02, 1 / 3) * height * width
            ratio = math.exp(random.uniform(math.log(0.3), math.log(1 / 0.3)))
            h, w = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if h < height and w < width:
                top, left = random.randint(0, height - h), random.randint(0, width - w)
                image[:, top : top + h, left : left + w].normal_()
                break


def smoothed(labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    off = smoothing / CLASSES
    return torch.full((len(labels), CLASSES), off).scatter_(1, labels[:, None], 1 - smoothing + off)


def mix(images: torch.Tensor, labels: torch.Tensor, recipe: FinetuningRecipe):
    """Mixup or cutmix of each image with its partner from the other end of the batch, chosen for the whole batch."""
    cuts = random.random() < 0.5
    alpha = recipe.cutmix_alpha if cuts else recipe.mixup_alpha
    share = random.betavariate(alpha, alpha)
    if cuts:
        height, width = images.shape[-2:]
        h, w = int(height * math.sqrt(1 - share)), int(width * math.sqrt(1 - share))
        y, x = random.randrange(height), random.randrange(width)
        top, bottom = max(0, y - h // 2), min(height, y + h // 2)
        left, right = max(0, x - w // 2), min(width, x + w // 2)
        images[:, :, top:bottom, left:right] = images.flip(0)[:, :, top:bottom, left:right]
        share = 1 - (bottom - top) * (right - left) / (height * width)
    else:
        partners = images.flip(0).mul_(1 - share)
        images.mul_(share).add_(partners)
    targets = smoothed(labels, recipe.label_smoothing)
    return images, targets * share + targets.flip(0) * (1 - share)


def loss_of(logits: torch.Tensor, targets: torch.Tensor, recipe: FinetuningRecipe) -> torch.Tensor:
    if recipe.binary_threshold is None:
        return torch.sum(-targets * functional.log_softmax(logits, dim=-1), dim=-1).mean()
    hard = targets.gt(recipe.binary_threshold).to(targets.dtype)
    return functional.binary_cross_entropy_with_logits(logits, hard)


def layer_of(name: str, depth: int) -> int:
    """Of a ViT with so many blocks: 0 before them, depth + 1 behind."""
    if name.startswith(("encoder.cls_token", "encoder.pos_embed", "encoder.patch_embed")):
        return 0
    if name.startswith("encoder.blocks."):
        return int(name.split(".")[2]) + 1
    return depth + 1


def parameter_groups(model: torch.nn.Module, recipe: FinetuningRecipe) -> list:
    """A group for each layer, with and without weight decay."""
    depth = len(model.encoder.blocks) if isinstance(model.encoder, VisionTransformer) else 0
    groups = {}
    for name, parameter in model.named_parameters():
        scale = recipe.layer_decay ** (depth + 1 - layer_of(name, depth)) if depth else 1.0
        fixed = parameter.dim() == 1 or name.endswith(("pos_embed", "cls_token"))
        decay = 0.0 if fixed else recipe.weight_decay
        group = {"params": [], "lr": recipe.learning_rate * scale, "weight_decay": decay}
        groups.setdefault((scale, decay), group)["params"].append(parameter)
    return list(groups.values())


class Lamb(torch.optim.Optimizer):
    """LAMB (You et al., 2020, algorithm 2), with operations on whole lists of tensors."""

    def __init__(self, groups, betas=(0.9, 0.999), eps=1e-6):
        super().__init__(groups, {})
        self.betas = betas
        self.eps = eps
        self.steps = 0
        for group in self.param_groups:
            group["first"] = [torch.zeros_like(p) for p in group["params"]]
            group["second"] = [torch.zeros_like(p) for p in group["params"]]

    @torch.no_grad()
    def step(self):
        self.steps += 1
        beta1, beta2 = self.betas
        for group in self.param_groups:
            parameters, first, second = group["params"], group["first"], group["second"]
            gradients = [p.grad for p in parameters]
            torch._foreach_lerp_(first, gradients, 1 - beta1)
            torch._foreach_mul_(second, beta2)
            torch._foreach_addcmul_(second, gradients, gradients, 1 - beta2)
            roots = torch._foreach_sqrt(second)
            torch._foreach_div_(roots, math.sqrt(1 - beta2**self.steps))
            torch._foreach_add_(roots, self.eps)
            updates = torch._foreach_div(first, roots)
            torch._foreach_div_(updates, 1 - beta1**self.steps)
            if group["weight_decay"]:
                torch._foreach_add_(updates, parameters, alpha=group["weight_decay"])
                lengths = zip(torch._foreach_norm(parameters), torch._foreach_norm(updates))
                ratios = [torch.where((old > 0) & (new > 0), old / new, 1.0) for old, new in lengths]
                torch._foreach_mul_(updates, ratios)
            torch._foreach_add_(parameters, updates, alpha=-group["lr"])


class FinetuningTrainer:
    def __init__(self, recipe, precision, compiled=False, channels_last=False, plain_attention=False):
        self.recipe = recipe
        self.precision = precision
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = build_classifier(recipe, CLASSES, plain_attention).to(memory_format=self.layout).train()
        self.run = torch.compile(self.model) if compiled else self.model
        self.normalisation = Normalisation()
        groups = parameter_groups(self.model, recipe)
        self.optimizer = Lamb(groups) if recipe.lamb else torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8)

    def step(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """Images in [0, 1], (N, 3, H, W); labels (N)."""
        self.optimizer.zero_grad(set_to_none=True)
        normalised = self.normalisation(images)
        if self.recipe.erase_probability:
            erase(normalised, self.recipe.erase_probability)
        mixed, targets = mix(normalised, labels, self.recipe)
        mixed = mixed.contiguous(memory_format=self.layout)
        with autocast(self.precision):
            logits = self.run(mixed)
        loss = loss_of(logits.float(), targets, self.recipe)
        loss.backward()
        if self.recipe.clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        return loss.item()
