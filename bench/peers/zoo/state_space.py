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


def s4(w, c):
    """Filters of the diagonal from one table of powers, the rank-one term by a series whose inverse doubles its length each time; no roots of unity."""

    def systems():
        dt = w("logStep").exp()[:, None]
        half = torch.complex(-w("logDecay").exp(), w("frequency")) * dt / 2
        gain = dt / (1 - half)
        decay = (1 + half) / (1 - half)
        rank, into = torch.complex(w("rankRe"), w("rankIm")), torch.complex(w("inRe"), w("inIm")) * gain
        back = rank * gain / 2
        share = 2 / (1 + (gain.real * (w("rankRe").square() + w("rankIm").square())).sum(1, keepdim=True))
        into = into - back * ((rank.conj() * into).real.sum(1, keepdim=True) * share)
        couple, out = rank.conj() * (1 + decay) * share, 2 * torch.complex(w("outRe"), w("outIm"))
        return decay, torch.stack([couple * into, couple * back, out * into, out * back], 1)

    def times(a, b, length):
        spectrum = torch.fft.rfft(a, n=2 * length) * torch.fft.rfft(b, n=2 * length)
        return torch.fft.irfft(spectrum, n=2 * length)[..., :length]

    def inverse(d, length):
        """1 / d for d [H, T] that begins with 1: the first 64 numbers by substitution, then twice as many each time."""
        size = min(64, length)
        apart = torch.arange(size)[:, None] - torch.arange(size)[None, :]
        lower = torch.where(apart >= 0, d[:, apart.clamp(min=0)], 0.0)
        one = F.pad(torch.ones(1, 1), (0, 0, 0, size - 1)).expand(d.shape[0], size, 1)
        found = torch.linalg.solve_triangular(lower, one, upper=False, unitriangular=True).squeeze(-1)
        while size < length:
            size = min(2 * size, length)
            found = F.pad(found, (0, size - found.shape[1]))
            found = 2 * found - times(found, times(found, d[:, :size], size), size)
        return found

    def forward(x):
        u = channels(w, x)
        length = u.shape[1]
        decay, read = systems()
        powers = torch.exp(torch.log(decay).unsqueeze(-1) * torch.arange(length, dtype=torch.float32))
        coupling, back, whole, out = (read @ powers).real.unbind(1)  # [H, T] each
        later = lambda k: F.pad(k, (1, 0))[:, :-1]
        one = F.pad(torch.ones_like(back[:, :1]), (0, length - 1))
        solved = times(coupling, inverse(one + later(back), length), length)
        kernel = whole - later(times(solved, out, length))
        return times(u.transpose(1, 2), kernel, length).transpose(1, 2) + u * w("skip")

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


mixers = {"s6": s6, "s4d": s4d, "s4": s4, "s5": s5}
