# States that are matrices, a chunk at a time: products of chunks and one carried state a chunk. Each entry of `mixers` is made as those of elementwise.py.
import math

import torch
import torch.nn.functional as F


def size_for(length, most):
    size = most
    while length % size:
        size //= 2
    return size


def heads(x, count, size):
    """[B, T, count d] as [B, count, chunks, size, d]."""
    n, length, width = x.shape
    return x.view(n, length // size, size, count, width // count).permute(0, 3, 1, 2, 4)


def flat(y):
    """And back."""
    n, count, chunks, size, d = y.shape
    return y.permute(0, 2, 3, 1, 4).reshape(n, chunks * size, count * d)


def carried(added, kept):
    """States before each chunk; kept [B, heads, chunks, dk or 1, 1], None = everything."""
    if kept is None:
        return F.pad(added.cumsum(2)[:, :, :-1], (0, 0, 0, 0, 1, 0))
    state, states = torch.zeros_like(added[:, :, 0]), []
    for chunk in range(added.shape[2]):
        states.append(state)
        state = kept[:, :, chunk] * state + added[:, :, chunk]
    return torch.stack(states, 2)


def later(size):
    return torch.ones(size, size, dtype=torch.bool).triu(1)


def plain(q, k, v):
    """Nothing fades."""
    scores = (q @ k.transpose(-1, -2)).tril()
    return scores @ v + q @ carried(k.transpose(-1, -2) @ v, None)


def by_head(q, k, v, g):
    """g [B, heads, chunks, size]: logarithms of decays."""
    b = g.cumsum(-1)
    left = (b.unsqueeze(-1) - b.unsqueeze(-2)).masked_fill(later(q.shape[-2]), -math.inf).exp()
    scores = q @ k.transpose(-1, -2) * left
    end = b[..., -1:]
    added = (k * (end - b).exp().unsqueeze(-1)).transpose(-1, -2) @ v
    states = carried(added, end.exp().unsqueeze(-1))
    return scores @ v + (q * b.exp().unsqueeze(-1)) @ states


def by_key(q, k, v, g):
    """g as k; chunks are so short that e^-sum does not overflow at the decays of training."""
    b = g.cumsum(-2)
    end = b[..., -1:, :]
    seen = q * b.exp()
    scores = (seen @ (k * (-b).exp()).transpose(-1, -2)).tril()
    added = (k * (end - b).exp()).transpose(-1, -2) @ v
    return scores @ v + seen @ carried(added, end.exp().transpose(-1, -2))


def linear_attention(w, c):
    count = c.values["heads"]

    def forward(x):
        size = size_for(x.shape[1], 32)
        q, k = (heads(F.elu(F.linear(x, w(name))) + 1, count, size) for name in ("query", "key"))
        v = heads(F.linear(x, w("value")), count, size)
        y = plain(q, k, F.pad(v, (0, 1), value=1.0))
        return flat(y[..., :-1] / (y[..., -1:] + 1e-6))

    return forward


def turned(x, count, rates):
    """Pairs of neighbours turned by their position."""
    n, length, width = x.shape
    turn = torch.arange(length, dtype=torch.float32)[:, None] * rates
    cos, sin = torch.cos(turn)[:, None], torch.sin(turn)[:, None]
    a, b = x.view(n, length, count, -1, 2).unbind(-1)
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).view(n, length, width)


def retention(w, c):
    count = c.values["heads"]
    pairs = w("query").shape[0] // count // 2
    rates = 10000 ** -torch.linspace(0, 1, pairs)
    logs = torch.log1p(-(2.0 ** (-5 - torch.arange(count, dtype=torch.float32))))

    def forward(x):
        size = size_for(x.shape[1], 32)
        q, k = (heads(turned(F.linear(x, w(name)), count, rates), count, size) for name in ("query", "key"))
        v = heads(F.linear(x, w("value")), count, size)
        g = logs.view(1, count, 1, 1).expand(*q.shape[:-1])
        y = by_head(q * (2 * pairs) ** -0.5, k, v, g)
        return flat(F.rms_norm(y, y.shape[-1:], eps=1e-6)) * F.silu(F.linear(x, w("gate")))

    return forward


def gla(w, c):
    count = c.values["heads"]

    def forward(x):
        size = size_for(x.shape[1], 16)
        q, k, v = (heads(F.linear(x, w(name)), count, size) for name in ("query", "key", "value"))
        open = F.linear(F.linear(x, w("decayIn")), w("decayOut"), w("decayBias"))
        y = by_key(q * q.shape[-1] ** -0.5, k, v, heads(F.logsigmoid(open) / 16, count, size))
        return flat(F.rms_norm(y, y.shape[-1:], w("readWeight"), 1e-5)) * F.silu(F.linear(x, w("gate")))

    return forward


def hgrn2(w, c):
    count = c.values["heads"]
    act = torch.sigmoid if c.values["query"] == "sigmoid" else F.silu

    def forward(x):
        size = size_for(x.shape[1], 16)
        f = F.linear(x, w("forget"))
        if c.layer == 0:
            k, log = torch.sigmoid(-f), F.logsigmoid(f)
        else:
            shares = torch.softmax(w.shared("mixer/lowerBounds"), 0)
            bound = shares[1 : c.layer + 1].sum(0)
            k = torch.sigmoid(-f) * (1 - bound)
            log = torch.log(bound + (1 - bound) * torch.sigmoid(f))
        parts = (act(F.linear(x, w("query"))), k, F.linear(x, w("input")), log)
        y = flat(by_key(*(heads(part, count, size) for part in parts)))
        return F.rms_norm(y, y.shape[-1:], w("readWeight"), 1e-5)

    return forward


def mlstm(w, c):
    count = c.values["heads"]

    def forward(x):
        size, length = size_for(x.shape[1], 32), x.shape[1]
        a = F.linear(x, w("inner"))
        width = a.shape[-1]
        d = width // count
        past = F.pad(a.transpose(1, 2), (3, 0))
        conv = F.silu(F.conv1d(past, w("conv").unsqueeze(1), w("convBias"), groups=width).transpose(1, 2))
        blocks = lambda name, x: torch.einsum("btni,noi->btno", x.view(*x.shape[:2], -1, 4), w(name)).flatten(-2)
        q, k, v = blocks("query", conv), blocks("key", conv), blocks("value", a)
        gates = F.linear(torch.cat([q, k, v], -1), w("gates"), torch.cat([w("inputBias"), w("forgetBias")]))
        i, f = gates.transpose(1, 2).chunk(2, 1)
        log = F.logsigmoid(f)
        sums = log.cumsum(-1)
        unit = sums + torch.cummax(i - sums, -1).values
        decay = torch.cat([torch.zeros_like(log[..., :1]), log[..., 1:] + unit[..., :-1] - unit[..., 1:]], -1)
        chunked = lambda x: x.view(*x.shape[:2], length // size, size)
        keys = heads(k, count, size) * (chunked(i - unit).exp() * d**-0.5).unsqueeze(-1)
        y = by_head(heads(q, count, size), keys, F.pad(heads(v, count, size), (0, 1), value=1.0), chunked(decay))
        below = torch.maximum(y[..., -1:].abs(), (-chunked(unit)).exp().unsqueeze(-1)) + 1e-6
        h = flat(F.layer_norm(y[..., :-1] / below, (d,)))
        return (h * (1 + w("readWeight")) + w("skip") * conv) * F.silu(F.linear(x, w("gate")))

    return forward


mixers = {"linearAttention": linear_attention, "retention": retention, "gla": gla, "hgrn2": hgrn2, "mLstm": mlstm}
