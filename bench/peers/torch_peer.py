# PyTorch as a contender: reads one JSON request a line, answers one JSON line. "setup" builds a case from the tensors in a file, runs
# five steps and gives their losses; "step" runs one step and gives its milliseconds. Independent of who asks.
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(int(os.environ.get("MINRNN_THREADS", "2")))
# Named for graphics cards: everything below is then made there. Reading a loss waits for all work before it.
torch.set_default_device(os.environ.get("MINRNN_TORCH_DEVICE", "cpu"))


def g(x):
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def log_g(x):
    return torch.where(x >= 0, (F.relu(x) + 0.5).log(), -F.softplus(-x))


def loop(k, v):
    a, b = 1 - torch.sigmoid(k), torch.sigmoid(k) * g(v)
    h, out = torch.zeros_like(b[:, 0]), []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        out.append(h)
    return torch.stack(out, 1)


def log_scan(k, v):
    # Appendix B of the paper with a zero start: h = exp(a* + logcumsumexp(log z + log g - a*)).
    a_star = torch.cumsum(-F.softplus(k), 1)
    return torch.exp(a_star + torch.logcumsumexp(-F.softplus(-k) + log_g(v) - a_star, 1))


class Scan(torch.autograd.Function):
    """h_t = a_t h_{t-1} + b_t over the second axis with a gradient of its own: no graph of small nodes."""

    @staticmethod
    def forward(ctx, a, b):
        h = torch.empty_like(b)
        h[:, 0] = b[:, 0]
        for t in range(1, b.shape[1]):
            torch.addcmul(b[:, t], a[:, t], h[:, t - 1], out=h[:, t])
        ctx.save_for_backward(a, h)
        return h

    @staticmethod
    def backward(ctx, dh):
        a, h = ctx.saved_tensors
        db = dh.clone()
        for t in range(a.shape[1] - 2, -1, -1):
            db[:, t].addcmul_(a[:, t + 1], db[:, t + 1])
        da = torch.zeros_like(a)
        torch.mul(db[:, 1:], h[:, :-1], out=da[:, 1:])
        return da, db


def custom(k, v):
    z = torch.sigmoid(k)
    return Scan.apply(1 - z, z * g(v))


def chunked(k, v, size=16):
    a, b = 1 - torch.sigmoid(k), torch.sigmoid(k) * g(v)
    n, length, width = b.shape
    a, b = a.view(n, length // size, size, width), b.view(n, length // size, size, width)
    h, p, hs, ps = b[:, :, 0], a[:, :, 0], [b[:, :, 0]], [a[:, :, 0]]
    for t in range(1, size):
        h, p = a[:, :, t] * h + b[:, :, t], p * a[:, :, t]
        hs.append(h)
        ps.append(p)
    carry, carries = torch.zeros_like(h[:, 0]), []
    for c in range(length // size):
        carries.append(carry)
        carry = p[:, c] * carry + h[:, c]
    start = torch.stack(carries, 1).unsqueeze(2)
    return (torch.stack(hs, 2) + torch.stack(ps, 2) * start).reshape(n, length, width)


mixers = {"loop": loop, "paper's log-space scan": log_scan, "chunked scan": chunked, "scan with its own gradient": custom}


class Text:
    def __init__(self, variant, data):
        self.w = {k: v.clone().requires_grad_() for k, v in data["weights"].items()}
        self.ids, self.targets = data["ids"].long(), data["targets"].long().view(-1)
        self.layers = data["layers"]
        self.adam = torch.optim.Adam(self.w.values(), lr=1e-3)
        name = variant.removeprefix("torch.compile, ")
        self.mix = mixers.get(name)
        width = self.w["head"].shape[1]
        if self.mix is None:
            cell = {"nn.GRU": torch.nn.GRU, "nn.LSTM": torch.nn.LSTM}[name]
            self.cell = cell(width, width, self.layers, batch_first=True)
            self.adam = torch.optim.Adam([self.w["embedding"], self.w["head"], self.w["headBias"], *self.cell.parameters()], lr=1e-3)
        self.loss = torch.compile(self.forward) if name != variant else self.forward

    def forward(self):
        w = self.w
        x = F.embedding(self.ids, w["embedding"])
        if self.mix is None:
            x = self.cell(x)[0]
        else:
            for i in range(self.layers):
                x = self.mix(*F.linear(x, w[f"w{i}"], w[f"b{i}"]).chunk(2, -1))
        return F.cross_entropy(F.linear(x, w["head"], w["headBias"]).flatten(0, 1), self.targets)

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        self.adam.step()
        return loss.item()


class Layer:
    def __init__(self, variant, data):
        w = data["weights"]
        self.x, self.dh = w["x"].requires_grad_(), w["dh"]
        width, hidden = w["x"].shape[2], w["weightHh"].shape[1]
        self.cell = {"nn.GRU": torch.nn.GRU, "nn.LSTM": torch.nn.LSTM}[variant](width, hidden, batch_first=True)
        with torch.no_grad():
            for ours, theirs in [("weightIh", "weight_ih_l0"), ("weightHh", "weight_hh_l0"), ("biasIh", "bias_ih_l0"), ("biasHh", "bias_hh_l0")]:
                getattr(self.cell, theirs).copy_(w[ours])

    def step(self):
        self.cell.zero_grad(set_to_none=True)
        self.x.grad = None
        value = (self.cell(self.x)[0] * self.dh).sum()
        value.backward()
        return value.item()


class Product:
    def __init__(self, variant, data):
        self.a, self.b = data["weights"]["a"], data["weights"]["b"]
        self.c = torch.empty(self.a.shape[0], self.b.shape[1])

    def step(self):
        torch.mm(self.a, self.b, out=self.c)
        return 0.0

    def check(self):
        return self.c.flatten()[:: max(1, self.c.numel() // 5)][:5].tolist()


def read(path):
    with open(path, encoding="utf8") as file:
        data = json.load(file)
    data["weights"] = {k: torch.tensor(v["values"]).view(v["shape"]) for k, v in data["weights"].items()}
    for name in ("ids", "targets"):
        if name in data:
            data[name] = torch.tensor(data[name]["values"]).view(data[name]["shape"])
    return data


kinds = {"text": Text, "layer": Layer, "product": Product}
cases = {}


def answer(request):
    key = request["key"]
    if request["do"] == "setup":
        start = time.perf_counter()
        case = kinds[request["kind"]](request["variant"], read(request["file"]))
        losses = [case.step() for _ in range(5)]
        cases[key] = case
        return {"losses": case.check() if hasattr(case, "check") else losses, "seconds": time.perf_counter() - start}
    start = time.perf_counter()
    cases[key].step()
    return {"ms": (time.perf_counter() - start) * 1000}


print(json.dumps({"version": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # an absent compiler or too little memory costs one contender
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(reply), flush=True)
