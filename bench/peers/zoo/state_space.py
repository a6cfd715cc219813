# Selective and structured state spaces. Each entry of `mixers` is made as those of elementwise.py.
import torch
import torch.nn.functional as F

import scans


def channels(w, x):
    return F.linear(x, w("input")) if w.has("input") else x


def s6(w, c):
    """All states written out, as a program without a kernel of its own has to."""

    def forward(x):
        u = channels(w, x)
        size = w("logDecay").shape[1]
        r, b, read = F.linear(u, w("select")).split([w("step").shape[1], size, size], -1)
        dt = F.softplus(F.linear(r, w("step"), w("stepBias")))
        decay = torch.exp(dt.unsqueeze(-1) * -w("logDecay").exp())
        h = c.scan(decay, (dt * u).unsqueeze(-1) * b.unsqueeze(2))
        return (h @ read.unsqueeze(-1)).squeeze(-1) + u * w("skip")

    return forward


def s4d(w, c):
    """The kernel of each channel, then a convolution by FFT; zero-order hold."""

    def forward(x):
        u = channels(w, x)
        length = u.shape[1]
        rate, dt = w("logDecay").exp(), w("logStep").exp()[:, None]
        z = torch.complex(-rate * dt, w("frequency") * dt)
        read = 2 * torch.complex(w("outRe"), w("outIm")) * torch.expm1(z) / torch.complex(-rate, w("frequency"))
        at = torch.arange(length, dtype=torch.float32)
        kernel = (read.unsqueeze(1) @ torch.exp(z.unsqueeze(-1) * at)).squeeze(1).real  # [H, T]
        spectrum = torch.fft.rfft(u.transpose(1, 2), n=2 * length) * torch.fft.rfft(kernel, n=2 * length)
        return torch.fft.irfft(spectrum, n=2 * length)[..., :length].transpose(1, 2) + u * w("skip")

    return forward


def s5(w, c):
    def forward(x):
        dt, rate = w("logStep").exp(), w("decayRate")
        z = torch.complex(rate * dt, w("frequency") * dt)
        into = (torch.expm1(z) / torch.complex(rate, w("frequency"))).unsqueeze(-1) * torch.complex(w("inRe"), w("inIm"))
        re, im = F.linear(x, torch.cat([into.real, into.imag])).chunk(2, -1)
        h = scans.fixed_complex(-rate * dt, w("frequency") * dt, re, im)
        return F.linear(torch.cat(h, -1), torch.cat([2 * w("outRe"), -2 * w("outIm")], 1)) + x * w("skip")

    return forward


mixers = {"s6": s6, "s4d": s4d, "s5": s5}
