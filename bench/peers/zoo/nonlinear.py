# Recurrences that must be computed step by step: torch's own layers where it has them.
import torch
import torch.nn.functional as F


def layer(kind):
    def make(w, c):
        cell = kind(c.width, c.hidden, batch_first=True, bias=w.has("biasIh"))
        for ours, theirs in (("weightIh", "weight_ih_l0"), ("weightHh", "weight_hh_l0"), ("biasIh", "bias_ih_l0"), ("biasHh", "bias_hh_l0")):
            if w.has(ours):
                setattr(cell, theirs, w(ours))
        return lambda x: cell(x)[0]

    return make


def slstm(w, c):
    """Heads first, so that a step is one batched product; the cell as a mean and the logarithm of its weights, which is fewer operations."""
    heads, taps = c.values["heads"], c.values["kernel"]
    size = c.hidden // heads

    def side(x, a, b):
        batch, length = x.shape[:2]
        weight = torch.block_diag(*torch.cat([w(a), w(b)], 1))
        bias = torch.cat([w(f"{a}Bias").view(heads, size), w(f"{b}Bias").view(heads, size)], 1).flatten()
        return F.linear(x, weight, bias).view(batch, length, heads, 2 * size)

    def forward(x):
        batch, length = x.shape[:2]
        seen = F.conv1d(F.pad(x.transpose(1, 2), (taps - 1, 0)), w("conv").unsqueeze(1), w("convBias"), groups=c.width)
        both = torch.cat([side(F.silu(seen.transpose(1, 2)), "input", "forget"), side(x, "content", "shown")], -1)
        steps = both.permute(1, 2, 0, 3).contiguous().unbind(0)
        turned = w("recurrent").transpose(1, 2)
        h = mean = torch.zeros(heads, batch, size)
        weight = torch.full_like(h, -1e38)
        results = []
        for step in steps:
            key, f, z, o = torch.baddbmm(step, h, turned).chunk(4, -1)
            old = weight + F.logsigmoid(f)
            mean = torch.lerp(mean, torch.tanh(z), torch.sigmoid(key - old))
            weight = torch.logaddexp(key, old)
            h = torch.sigmoid(o) * mean
            results.append(h)
        y = F.layer_norm(torch.stack(results), (size,))
        return y.permute(2, 0, 1, 3).reshape(batch, length, c.hidden) * (1 + w("norm"))

    return forward


def ode(w, c):
    """Euler's network with a gate as its clock is torch's GRU whose reset gate is always open and whose other gate reads no state; its zeros are not trained."""
    hidden = c.hidden
    zeros = torch.zeros(hidden, c.width)
    cell = torch.nn.GRU(c.width, hidden, batch_first=True)
    weight, bias, recurrent = w("weight"), w("bias"), w("recurrent")

    def forward(x):
        ih = torch.cat([zeros, -weight[:hidden], weight[hidden:]])
        bias_ih = torch.cat([torch.full((hidden,), 60.0), -bias[:hidden], bias[hidden:]])
        hh = torch.cat([torch.zeros(2 * hidden, hidden), recurrent])
        flat = {"weight_ih_l0": ih, "weight_hh_l0": hh, "bias_ih_l0": bias_ih, "bias_hh_l0": torch.zeros(3 * hidden)}
        return torch.func.functional_call(cell, flat, (x,))[0]

    return forward


mixers = {"ode": ode, "slstm": slstm, "gru": layer(torch.nn.GRU), "lstm": layer(torch.nn.LSTM), "elman": layer(torch.nn.RNN)}
