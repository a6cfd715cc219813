# Recurrences that act on each channel alone. A mixer is made once from its weights `w` and settings `c`, and maps x [B, T, D] to y.
import math

import torch
import torch.nn.functional as F

import scans


def g(x):
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def bias(w):
    return w("bias") if w.has("bias") else None


def min_gru(w, c):
    act = g if c.values["candidate"] == "g" else lambda v: v

    def forward(x):
        k, v = F.linear(x, w("weight"), bias(w)).chunk(2, -1)
        z = torch.sigmoid(k)
        return c.scan(1 - z, z * act(v))

    return forward


def min_lstm(w, c):
    act = g if c.values["candidate"] == "g" else lambda v: v

    def forward(x):
        f, i, v = F.linear(x, w("weight"), bias(w)).chunk(3, -1)
        if c.values["normalised"]:
            # f / (f + i) = sigmoid(log f - log i)
            keep = torch.sigmoid(F.logsigmoid(f) - F.logsigmoid(i))
            return c.scan(keep, (1 - keep) * act(v))
        return c.scan(torch.sigmoid(f), torch.sigmoid(i) * act(v))

    return forward


def gilr(w, c):
    act = F.elu if c.values["activation"] == "elu" else torch.tanh

    def forward(x):
        keep, v = F.linear(x, w("weight"), w("bias")).chunk(2, -1)
        keep = torch.sigmoid(keep)
        return c.scan(keep, (1 - keep) * act(v))

    return forward


def qrnn(w, c):
    def forward(x):
        read = torch.cat([x, F.pad(x, (0, 0, 1, 0))[:, :-1]], -1) if c.values["window"] == "two" else x
        z, f, o = F.linear(read, w("weight"), bias(w)).chunk(3, -1)
        take = torch.sigmoid(f)
        return torch.sigmoid(o) * c.scan(1 - take, take * torch.tanh(z))

    return forward


class SruCells(torch.autograd.Function):
    """Cells with a peephole: three operations a step forward; the gradient is a linear scan."""

    @staticmethod
    def forward(ctx, v, f, hole, scan):
        cells, gates = torch.empty_like(v), torch.empty_like(v)
        cell = torch.zeros_like(v[:, 0])
        for t in range(v.shape[1]):
            open = torch.addcmul(f[:, t], hole, cell, out=gates[:, t]).sigmoid_()
            cell = torch.lerp(v[:, t], cell, open, out=cells[:, t])
        ctx.save_for_backward(v, hole, cells, gates)
        ctx.scan = scan
        return cells

    @staticmethod
    def backward(ctx, d):
        v, hole, cells, gates = ctx.saved_tensors
        before = F.pad(cells, (0, 0, 1, 0))[:, :-1]
        slope = (before - v) * gates * (1 - gates)
        later = F.pad(gates + slope * hole, (0, 0, 0, 1))[:, 1:]
        d = ctx.scan(later.flip(1), d.flip(1)).flip(1)
        df = d * slope
        return d * (1 - gates), df, (df * before).sum((0, 1)), None


def sru(w, c):
    def cells(v, f, hole):
        if not c.compiled:
            return SruCells.apply(v, f, hole, c.scan)
        cell, all = torch.zeros_like(v[:, 0]), []
        for t in range(v.shape[1]):
            cell = torch.lerp(v[:, t], cell, torch.sigmoid(f[:, t] + hole * cell))
            all.append(cell)
        return torch.stack(all, 1)

    def forward(x):
        u = F.linear(x, w("weight"))
        v, f, r = u[..., : 3 * c.hidden].chunk(3, -1)
        skip = u[..., 3 * c.hidden :] if u.shape[-1] > 3 * c.hidden else x * c.values["scale"]
        bf, br = w("bias").chunk(2)
        if c.values["peephole"]:
            pf, pr = w("peephole").chunk(2)
            cell = cells(v, f + bf, pf)
            r = torch.sigmoid(r + br + pr * F.pad(cell, (0, 0, 1, 0))[:, :-1])
        else:
            keep = torch.sigmoid(f + bf)
            cell, r = c.scan(keep, (1 - keep) * v), torch.sigmoid(r + br)
        return torch.lerp(skip, cell, r)

    return forward


def lower_bound(w, c):
    shares = w.shared("mixer/lowerBounds").softmax(0)
    return shares[1 : c.layer + 1].sum(0)


def kept(w, c, f):
    keep = torch.sigmoid(f)
    if c.layer == 0:
        return keep
    low = lower_bound(w, c)
    return low + (1 - low) * keep


def hgrn(w, c):
    def forward(x):
        i, f, gate = F.linear(x, w("weight")).chunk(3, -1)
        keep = kept(w, c, f)
        h = c.scan(keep, (1 - keep) * F.silu(i))
        return F.rms_norm(h, (c.hidden,), w("readWeight"), 1e-5) * F.silu(gate)

    return forward


def hgrn_complex(w, c):
    """The rotation is the same at every step, so inputs are turned back, two real scans run, and states are turned forth."""

    def forward(x):
        u = F.linear(x, w("weight"), w("bias"))
        re, im, f, gate = u.split([c.hidden, c.hidden, c.hidden, 2 * c.hidden], -1)
        keep = kept(w, c, f)
        re, im = (1 - keep) * F.silu(re), (1 - keep) * F.silu(im)
        turn = torch.arange(x.shape[1], dtype=torch.float32)[:, None] * w("theta")
        cos, sin = torch.cos(turn), torch.sin(turn)
        h = c.scan(torch.cat([keep, keep], -1), torch.cat([re * cos + im * sin, im * cos - re * sin], -1))
        re, im = h.chunk(2, -1)
        h = torch.cat([re * cos - im * sin, re * sin + im * cos], -1)
        return F.layer_norm(h, (2 * c.hidden,), w("readWeight"), w("readBias")) * F.silu(gate)

    return forward


def lru(w, c):
    def forward(x):
        scale = w("gamma").exp()[:, None]
        re, im = F.linear(x, torch.cat([w("inRe") * scale, w("inIm") * scale])).chunk(2, -1)
        h = scans.fixed_complex(w("nu").exp(), w("theta").exp(), re, im)
        return F.linear(torch.cat(h, -1), torch.cat([w("outRe"), -w("outIm")], 1)) + x * w("skip")

    return forward


def slru(w, c):
    def forward(x):
        scale = w("gamma").exp()
        into = F.linear(x, w("in") * scale[:, None], w("inBias") * scale if w.has("inBias") else None)
        return F.linear(scans.fixed(w("nu").exp(), into), w("out"), w("outBias") if w.has("outBias") else None)

    return forward


def rg_lru(w, c):
    def gate(x, name):
        weight, offset = w(name), w(f"{name}Bias")
        heads = x.view(*x.shape[:-1], weight.shape[0], -1)
        return torch.sigmoid((torch.einsum("bthi,hij->bthj", heads, weight) + offset).flatten(-2))

    def forward(x):
        inside = F.linear(x, w("input")) if w.has("input") else x
        news = gate(inside, "inputGate") * inside
        decay = -8 * gate(inside, "decayGate") * F.softplus(w("decay"))
        share = torch.sqrt(-torch.expm1(2 * decay))
        share = torch.cat([torch.ones_like(share[:, :1]), share[:, 1:]], 1)
        return c.scan(decay.exp(), share * news)

    return forward


def running_mean(k, v, decay, bonus, c):
    """The logarithm of the sum of weights by chunks of logcumsumexp; the mean is then a linear scan with known gates."""
    n, length, width = k.shape
    size = min(32, length)
    at = torch.arange(size, dtype=torch.float32)[:, None]
    local = torch.logcumsumexp(k.view(n, -1, size, width) - at * decay, 2) + at * decay
    carry, starts = torch.full_like(k[:, 0], -1e38), []
    for chunk in range(local.shape[1]):
        starts.append(carry)
        carry = torch.logaddexp(carry + size * decay, local[:, chunk, -1])
    weight = torch.logaddexp(torch.stack(starts, 1).unsqueeze(2) + (at + 1) * decay, local).view(n, length, width)
    before = torch.cat([torch.full_like(weight[:, :1], -1e38), weight[:, :-1]], 1)
    take = torch.sigmoid(k - before - decay)
    mean = F.pad(c.scan(1 - take, take * v), (0, 0, 1, 0))[:, :-1]
    return torch.lerp(mean, v, torch.sigmoid(k + bonus - before))


def rwkv4(w, c):
    def forward(x):
        def read(mix, name):
            if not c.values["shift"]:
                return F.linear(x, w(name))
            return F.linear(torch.lerp(F.pad(x, (0, 0, 1, 0))[:, :-1], x, w(mix)), w(name))

        k, v, r = read("mixKey", "key"), read("mixValue", "value"), read("mixGate", "gate")
        return torch.sigmoid(r) * running_mean(k, v, -w("decay").exp(), w("first"), c)

    return forward


def aaren(w, c):
    heads = c.values["heads"]
    size = c.hidden // heads

    def forward(x):
        query = (w("query") / math.sqrt(size)).view(heads, size)
        score = torch.einsum("hs,hsd->hd", query, w("key").view(heads, size, -1))
        k = F.linear(x, score).repeat_interleave(size, -1)
        zero = torch.zeros(c.hidden)
        return running_mean(k, F.linear(x, w("value")), zero, zero, c)

    return forward


def mlgru(w, c):
    def straight(x, rounded):
        return x + (rounded - x).detach()

    def layer(name, x):
        x = F.rms_norm(x, (x.shape[-1],), w(f"{name}/norm"), 1e-6)
        offset = w(f"{name}/bias") if w.has(f"{name}/bias") else None
        weight = w(f"{name}/weight")
        if not c.values["ternary"]:
            return F.linear(x, weight, offset)
        scale = 127 / x.abs().amax(-1, keepdim=True).clamp(min=1e-5)
        steps = straight(x, (x * scale).round().clamp(-128, 127) / scale)
        size = 1 / weight.abs().mean().clamp(min=1e-5)
        return F.linear(steps, straight(weight, (weight * size).round().clamp(-1, 1) / size), offset)

    def forward(x):
        i, f, gate = layer("i", x), layer("f", x), layer("g", x)
        keep = torch.sigmoid(f) if c.values["form"] == "paper" else kept(w, c, f)
        h = c.scan(keep, (1 - keep) * F.silu(i))
        if c.values["form"] == "paper":
            return layer("o", torch.sigmoid(gate) * h)
        return layer("o", F.rms_norm(gate, (c.hidden,), w("readWeight"), 1e-6) * F.silu(h))

    return forward


mixers = {
    "minGru": min_gru,
    "minLstm": min_lstm,
    "gilr": gilr,
    "qrnn": qrnn,
    "sru": sru,
    "hgrn": hgrn,
    "hgrnComplex": hgrn_complex,
    "lru": lru,
    "slru": slru,
    "rgLru": rg_lru,
    "rwkv4": rwkv4,
    "aaren": aaren,
    "mlgru": mlgru,
}
