# Long convolutions by torch.fft. Each entry of `mixers` is made as those of elementwise.py.
import math

import torch
import torch.nn.functional as F


def causal(u, kernel):
    """u [B, T, H] filtered by kernel [T, H]."""
    length = u.shape[1]
    spectrum = torch.fft.rfft(u.transpose(1, 2), n=2 * length) * torch.fft.rfft(kernel.t(), n=2 * length)
    return torch.fft.irfft(spectrum, n=2 * length)[..., :length].transpose(1, 2)


def hyena(w, c):
    """The filters from positions, made once a step for the whole batch; positions and windows are kept."""
    kept = {}

    def fixed(length, count):
        if not kept:
            n = torch.arange(length, dtype=torch.float64)
            t = (n / max(1, length - 1)).unsqueeze(1)
            bands = int(c.values["bands"])
            f = torch.linspace(1e-4, bands - 1, bands, dtype=torch.float64)
            angle = 2 * math.pi * n.unsqueeze(1) / length * f
            kept["z"] = torch.cat([t, angle.cos(), -angle.sin()], 1).float()
            low, high = -math.log(0.01) / 1.5, -math.log(0.01) / 0.3
            rates = torch.linspace(low, high, count, dtype=torch.float64)
            kept["window"] = (torch.exp(-t * rates) + c.values["windowShift"]).float()
        return kept["z"], kept["window"]

    def filters(length):
        weight = w("filterOut")
        h, window = fixed(length, weight.shape[0])
        for layer in range(int(c.values["filterLayers"]) + 1):
            h = torch.sin(w("frequency") * F.linear(h, w(f"filter{layer}"), w(f"filterBias{layer}")))
        k = F.linear(h, weight)
        return k * window if c.values["window"] else k

    def forward(x):
        length = x.shape[1]
        u = F.linear(x, w("in"), w("inBias")).transpose(1, 2)
        short = w("short").unsqueeze(1)
        u = F.conv1d(F.pad(u, (2, 0)), short, w("shortBias"), groups=short.shape[0]).transpose(1, 2)
        *gates, v = u.split(c.hidden, -1)
        for k, skip in zip(filters(length).split(c.hidden, 1), w("skip").split(c.hidden)):
            v = v * gates.pop()
            v = causal(v, k) + skip * v
        return v * gates[0]

    return forward


def h3(w, c):
    """Heads of width 1, bilinear: both kernels, then convolutions by FFT."""

    def modal(length):
        dt = w("logStep").exp()[:, None]
        half = torch.complex(-w("logDecay").exp(), w("frequency")) * dt / 2
        decay, gain = (1 + half) / (1 - half), dt / (1 - half)
        read = 2 * torch.complex(w("outRe"), w("outIm")) * gain * torch.complex(w("inRe"), w("inIm"))
        at = torch.arange(length, dtype=torch.float32)
        powers = torch.exp(torch.log(decay).unsqueeze(-1) * at)
        return (read.unsqueeze(1) @ powers).squeeze(1).real.t()

    def taps(length):
        into, out = w("shiftIn"), w("shiftOut")
        size = into.shape[0]
        spectrum = torch.fft.rfft(out.t(), n=2 * size) * torch.fft.rfft(into.t(), n=2 * size).conj()
        found = torch.fft.irfft(spectrum, n=2 * size)[:, :size].t()
        return F.pad(found, (0, 0, 0, length - size)) if length > size else found[:length]

    def forward(x):
        length = x.shape[1]
        q, k, v = F.linear(x, w("weight"), w("bias")).chunk(3, -1)
        kv = (causal(k, taps(length)) + w("shiftSkip") * k) * v
        return q * (causal(kv, modal(length)) + w("skip") * kv)

    return forward


mixers = {"hyena": hyena, "h3": h3}
