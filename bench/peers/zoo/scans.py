# h_t = a_t h_{t-1} + b_t over the second axis, in the forms that are fast in PyTorch. Which one is fastest depends on the shape: a peer tries
# `forms` before it is timed. Fixed decays are products with small triangular matrices.
import torch


def loop(a, b):
    """One operation a step, in place."""
    h = torch.empty_like(b)
    h[:, 0] = b[:, 0]
    for t in range(1, b.shape[1]):
        torch.addcmul(b[:, t], a[:, t], h[:, t - 1], out=h[:, t])
    return h


def chunked(a, b, size):
    """All chunks at once, then their starts one after the other."""
    n, length = b.shape[:2]
    rest, count = b.shape[2:], length // size
    a, b = a.reshape(n, count, size, *rest), b.reshape(n, count, size, *rest)
    h, p = torch.empty_like(b), torch.empty_like(a)
    h[:, :, 0], p[:, :, 0] = b[:, :, 0], a[:, :, 0]
    for t in range(1, size):
        torch.addcmul(b[:, :, t], a[:, :, t], h[:, :, t - 1], out=h[:, :, t])
        torch.mul(a[:, :, t], p[:, :, t - 1], out=p[:, :, t])
    carry = h[:, 0, -1]
    for c in range(1, count):
        h[:, c].addcmul_(p[:, c], carry.unsqueeze(1))
        carry = h[:, c, -1]
    return h.view(n, length, *rest)


class Scan(torch.autograd.Function):
    """Either of them with a gradient of its own: no graph of small nodes."""

    @staticmethod
    def forward(ctx, a, b, run):
        h = run(a, b)
        ctx.save_for_backward(a, h)
        ctx.run = run
        return h

    @staticmethod
    def backward(ctx, dh):
        a, h = ctx.saved_tensors
        later = torch.cat([a[:, 1:], torch.zeros_like(a[:, :1])], 1)
        db = ctx.run(later.flip(1), dh.flip(1)).flip(1) if ctx.run is not loop else back(a, dh)
        da = torch.zeros_like(a)
        torch.mul(db[:, 1:], h[:, :-1], out=da[:, 1:])
        return da, db, None


def back(a, dh):
    db = dh.clone()
    for t in range(a.shape[1] - 2, -1, -1):
        db[:, t].addcmul_(a[:, t + 1], db[:, t + 1])
    return db


def traced(a, b):
    """For the compiler: chunks without writes in place."""
    n, length = b.shape[:2]
    size = size_for(length)
    a, b = a.reshape(n, -1, size, *b.shape[2:]), b.reshape(n, -1, size, *b.shape[2:])
    h, p, hs, ps = b[:, :, 0], a[:, :, 0], [b[:, :, 0]], [a[:, :, 0]]
    for t in range(1, size):
        h, p = a[:, :, t] * h + b[:, :, t], p * a[:, :, t]
        hs.append(h)
        ps.append(p)
    carry, starts = torch.zeros_like(h[:, 0]), []
    for c in range(b.shape[1]):
        starts.append(carry)
        carry = p[:, c] * carry + h[:, c]
    start = torch.stack(starts, 1).unsqueeze(2)
    return (torch.stack(hs, 2) + torch.stack(ps, 2) * start).reshape(n, length, *b.shape[3:])


def size_for(length):
    """About the root of the length."""
    size = 1
    while 2 * size * size <= 2 * length and length % (2 * size) == 0:
        size *= 2
    return size


def forms(length, compiled):
    """Scans (a, b) -> h to choose from, by name."""
    if compiled:
        return {"chunks": traced}
    size = size_for(length)
    return {
        "chunks": lambda a, b: Scan.apply(a, b, lambda a, b: chunked(a, b, size)),
        "loop": lambda a, b: Scan.apply(a, b, loop),
    }


def fixed(rate, u, size=16):
    """h_t = exp(-rate) h_{t-1} + u_t with rate [N], u [B, T, N]: within chunks one product, between them the same again."""
    n, length, width = u.shape
    size = min(size, length)
    at = torch.arange(size, dtype=torch.float32)
    apart = at[:, None] - at[None, :]
    matrix = torch.where(apart >= 0, torch.exp(-rate[:, None, None] * apart.clamp(min=0)), 0.0)  # [N, C, C]
    parts = u.view(n, -1, size, width).permute(3, 2, 0, 1).reshape(width, size, -1)
    local = (matrix @ parts).view(width, size, n, -1)
    if length > size:
        ends = fixed(rate * size, local[:, -1].permute(1, 2, 0), size)  # [B, chunks, N]
        before = torch.cat([torch.zeros_like(ends[:, :1]), ends[:, :-1]], 1).permute(2, 0, 1)
        local = local + torch.exp(-rate[:, None] * (at + 1))[:, :, None, None] * before.unsqueeze(1)
    return local.permute(2, 3, 1, 0).reshape(n, length, width)


def fixed_complex(rate, angle, re, im, size=16):
    """The same for exp(-rate + i angle), in real numbers: both parts are one product with twice as many rows."""
    n, length, width = re.shape
    size = min(size, length)
    at = torch.arange(size, dtype=torch.float32)
    apart = at[:, None] - at[None, :]
    fade = torch.where(apart >= 0, torch.exp(-rate[:, None, None] * apart.clamp(min=0)), 0.0)
    turn = angle[:, None, None] * apart
    cos, sin = fade * torch.cos(turn), fade * torch.sin(turn)
    matrix = torch.cat([torch.cat([cos, -sin], 2), torch.cat([sin, cos], 2)], 1)  # [N, 2C, 2C]
    both = torch.stack([re.view(n, -1, size, width), im.view(n, -1, size, width)])
    local = (matrix @ both.permute(4, 0, 3, 1, 2).reshape(width, 2 * size, -1)).view(width, 2, size, n, -1)
    re, im = local[:, 0], local[:, 1]
    if length > size:
        ends = fixed_complex(rate * size, angle * size, re[:, -1].permute(1, 2, 0), im[:, -1].permute(1, 2, 0), size)
        start = [torch.cat([torch.zeros_like(e[:, :1]), e[:, :-1]], 1).permute(2, 0, 1).unsqueeze(1) for e in ends]
        fade = torch.exp(-rate[:, None] * (at + 1))
        cos, sin = ((fade * f(angle[:, None] * (at + 1)))[:, :, None, None] for f in (torch.cos, torch.sin))
        re, im = re + cos * start[0] - sin * start[1], im + sin * start[0] + cos * start[1]
    return tuple(one.permute(2, 3, 1, 0).reshape(n, length, width) for one in (re, im))
