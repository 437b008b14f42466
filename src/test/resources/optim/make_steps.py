"""Five steps of each optimizer in PyTorch and timm, on gradients that are given: writes steps.json.

    python make_steps.py
"""

import json
from pathlib import Path

import timm
import torch
from timm.optim import Lamb, Lars

STEPS = 5
# Two weights, one of which starts at 0, and a bias, which takes no weight decay.
SHAPES = {"layer.weight": (3, 4), "zero.weight": (2, 3), "layer.bias": (3,)}
NO_DECAY = {"layer.bias"}


def values(tensor):
    return tensor.double().flatten().tolist()


def groups(parameters, decay):
    return [
        {"params": [p for n, p in parameters.items() if n not in NO_DECAY], "weight_decay": decay},
        {"params": [p for n, p in parameters.items() if n in NO_DECAY], "weight_decay": 0.0},
    ]


def run(start, gradients, make, clip=0.0):
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    optimizers = make(parameters)
    after = []
    for step in gradients:
        for name, parameter in parameters.items():
            parameter.grad = step[name].clone()
        if clip:
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), clip)
        for optimizer in optimizers:
            optimizer.step()
        after.append({name: values(parameter) for name, parameter in parameters.items()})
    return after


def lars(parameters):
    # timm adapts where there is weight decay, or everything: so that weights alone are adapted, biases stand apart.
    weights = [p for n, p in parameters.items() if n not in NO_DECAY]
    biases = [p for n, p in parameters.items() if n in NO_DECAY]
    options = {"lr": 0.5, "momentum": 0.9, "trust_coeff": 0.001, "weight_decay": 0.0}
    return [Lars(weights, always_adapt=True, **options), Lars(biases, always_adapt=False, **options)]


def main():
    torch.manual_seed(20)
    start = {name: torch.randn(shape) * 0.5 for name, shape in SHAPES.items()}
    start["zero.weight"].zero_()
    # The norm of all gradients together is above 1 in some steps and below in others.
    scales = [1.0, 0.05, 0.6, 0.02, 0.3]
    gradients = [{name: torch.randn(shape) * scale for name, shape in SHAPES.items()} for scale in scales]
    adamw = {"lr": 0.01, "betas": (0.9, 0.95), "eps": 1e-8}
    lamb = {"lr": 0.02, "betas": (0.9, 0.999), "eps": 1e-6, "max_grad_norm": 1.0}
    sgd = {"lr": 0.1, "momentum": 0.9}
    runs = {
        "adamw": run(start, gradients, lambda p: [torch.optim.AdamW(groups(p, 0.05), **adamw)], clip=1.0),
        "sgd": run(start, gradients, lambda p: [torch.optim.SGD(groups(p, 0.05), **sgd)]),
        "sgd-nesterov": run(start, gradients, lambda p: [torch.optim.SGD(groups(p, 0.05), nesterov=True, **sgd)]),
        "sgd-plain": run(start, gradients, lambda p: [torch.optim.SGD(groups(p, 0.05), lr=0.1)]),
        "lamb": run(start, gradients, lambda p: [Lamb(groups(p, 0.02), **lamb)]),
        "lamb-no-decay": run(start, gradients, lambda p: [Lamb(groups(p, 0.0), **lamb)]),
        "lars": run(start, gradients, lars),
    }
    out = {
        "made_with": {"torch": torch.__version__, "timm": timm.__version__},
        "shapes": SHAPES,
        "start": {name: values(value) for name, value in start.items()},
        "gradients": [{name: values(value) for name, value in step.items()} for step in gradients],
        "parameters_after": runs,
    }
    target = Path(__file__).with_name("steps.json")
    target.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
