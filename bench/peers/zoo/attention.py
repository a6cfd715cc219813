# Attention, as PyTorch's fused function computes it.
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


mixers = {"transformer": transformer}
