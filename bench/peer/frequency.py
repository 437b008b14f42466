"""Masks, corruption and loss as the paper states them: whole complex FFTs of everything, centred spectra."""

import torch
from torch import nn

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def lowpass_mask(size: int, radius: float) -> torch.Tensor:
    """(size, size) of 0 and 1, centred; 1 is kept."""
    distance = torch.arange(size) - size // 2
    return (distance[:, None] ** 2 + distance[None, :] ** 2 < radius**2).float()


class MaskDraw:
    """Draws a mask for each image: low-pass with the recipe's probability, else high-pass."""

    def __init__(self, size: int, radius: float, lowpass_probability: float):
        self.lowpass = lowpass_mask(size, radius)
        self.highpass = 1 - self.lowpass
        self.probability = lowpass_probability

    def one(self) -> torch.Tensor:
        return self.lowpass if torch.rand(()) < self.probability else self.highpass

    def batch(self, count: int) -> torch.Tensor:
        """(count, H, W)."""
        return torch.stack([self.one() for _ in range(count)])


def corrupt(images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    spectrum = torch.fft.fftshift(torch.fft.fft2(images), dim=(-2, -1))
    spectrum = torch.fft.ifftshift(spectrum * masks[:, None], dim=(-2, -1))
    return torch.fft.ifft2(spectrum).real.clamp(0, 1)


def centred_spectrum(images: torch.Tensor) -> torch.Tensor:
    """(N, 3, H, W, 2): real and imaginary parts."""
    spectrum = torch.fft.fftshift(torch.fft.fft2(images, norm="ortho"), dim=(-2, -1))
    return torch.stack((spectrum.real, spectrum.imag), dim=-1)


def frequency_loss(prediction: torch.Tensor, target: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    difference = (centred_spectrum(prediction) - centred_spectrum(target)) ** 2
    distance = (difference[..., 0] + difference[..., 1] + 1e-12) ** 0.5
    removed = 1 - masks
    return (distance * removed[:, None]).sum() / removed.sum() / prediction.shape[1]


class Normalisation(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))

    def forward(self, images):
        return (images - self.mean) / self.std
