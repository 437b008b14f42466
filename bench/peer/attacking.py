"""PGD of the package torchattacks on a classifier with random weights."""

import torch
import torchattacks
from torch import nn

from finetuning import CLASSES
from frequency import Normalisation
from model import Classifier, ResNet, VisionTransformer
from recipes import Recipe, VisionTransformerShape

EPS = 8 / 255
# The length of all steps in multiples of eps, as Bandpass has it where no step size is given.
PATH = 2.5


def classifier(recipe: Recipe, plain_attention: bool, channels_last: bool) -> nn.Module:
    """From images in [0, 1], which torchattacks needs, to logits."""
    if isinstance(recipe.encoder, VisionTransformerShape):
        encoder = VisionTransformer(recipe.encoder, recipe.image_size, plain_attention)
    else:
        encoder = ResNet(recipe.encoder)
    model = nn.Sequential(Normalisation(), Classifier(encoder, CLASSES)).eval()
    return model.to(memory_format=torch.channels_last) if channels_last else model


def pgd(model: nn.Module, steps: int) -> torchattacks.PGD:
    return torchattacks.PGD(model, eps=EPS, alpha=EPS * min(1, PATH / steps), steps=steps, random_start=True)
