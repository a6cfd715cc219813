# Attention, as PyTorch's fused function computes it.
import math

import torch
import torch.nn.functional as F


def rotary(x):
    """Pairs of neighbours turned by their position; x [B, heads, T, d]."""
    width = x.shape[-1]
    rates = 10000 ** (-torch.arange(0, width, 2, dtype=torch.float32) / width)
    turn = torch.arange(x.shape[-2], dtype=torch.float32)[:, None] * rates
    cos, sin = torch.cos(turn), torch.sin(turn)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


def transformer(w, c):
    heads = c.values["heads"]

    def forward(x):
        batch, length = x.shape[:2]
        qkv = F.linear(x, w("weight"), w("bias") if w.has("bias") else None)
        q, k, v = qkv.view(batch, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        if c.values["positions"] == "rotary":
            q, k = rotary(q), rotary(k)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return y.transpose(1, 2).reshape(batch, length, -1)

    return forward


def gau(w, c):
    s = c.values["keyWidth"]

    def forward(x):
        length = x.shape[1]
        u, v, z = F.silu(F.linear(x, w("weight"), w("bias") if w.has("bias") else None)).split([c.hidden, c.hidden, s], -1)
        q, k = z * w("scaleQuery"), z * w("scaleKey")
        if w.has("biasQuery"):
            q, k = q + w("biasQuery"), k + w("biasKey")
        seen = torch.arange(1, length + 1, dtype=torch.float32)[:, None]
        if c.values["shares"] == "softmax-plus":
            q = q * (seen.clamp(min=16).log() / math.log(512))
        if c.values["positions"] == "rotary":
            q, k = rotary(q), rotary(k)
        if c.values["shares"] == "squared-relu":
            scores = torch.baddbmm(torch.zeros(1), q, k.transpose(1, 2), beta=0, alpha=s**-0.5)
            return u * torch.bmm(F.relu(scores).square().tril() / seen, v)
        y = F.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None], is_causal=True)
        return u * y[:, 0]

    return forward


mixers = {"transformer": transformer, "gau": gau}
