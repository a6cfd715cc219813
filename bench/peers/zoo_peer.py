# PyTorch's best plain forms of the zoo, one training step of a text model in eager mode or compiled: forward, loss, backward, clipping, AdamW.
# Reads one JSON request a line and answers one JSON line, as torch_peer.py does; weights have the names of the program.
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(int(os.environ.get("MINRNN_THREADS", "2")))


def norm(x, weight):
    return F.layer_norm(x, weight.shape, weight, None, 1e-5)


def attention(w, at, x, heads):
    batch, length, width = x.shape
    qkv = F.linear(norm(x, w[f"{at}/mixer/norm/weight"]), w[f"{at}/mixer/weight"])
    q, k, v = qkv.view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, width)
    return F.linear(y, w[f"{at}/mixer/down/weight"])


def mlp(w, at, x):
    inner = F.gelu(F.linear(norm(x, w[f"{at}/mlp/norm/weight"]), w[f"{at}/mlp/up/weight"]))
    return F.linear(inner, w[f"{at}/mlp/down/weight"])


class Transformer:
    def __init__(self, variant, data):
        self.w = {k: v.clone().requires_grad_() for k, v in data["weights"].items()}
        self.ids, self.targets = data["ids"].long(), data["targets"].long().view(-1)
        self.layers, self.heads = data["layers"], data["heads"]
        decay = [p for p in self.w.values() if p.dim() > 1]
        plain = [p for p in self.w.values() if p.dim() < 2]
        groups = [{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=1e-3, fused=True)
        self.loss = torch.compile(self.forward) if variant == "compiled" else self.forward

    def forward(self):
        w = self.w
        x = F.embedding(self.ids, w["embedding/weight"]) + w["positions/weight"]
        for layer in range(self.layers):
            at = f"layer{layer}"
            x = x + attention(w, at, x, self.heads)
            x = x + mlp(w, at, x)
        logits = F.linear(norm(x, w["final/norm/weight"]), w["embedding/weight"])
        return F.cross_entropy(logits.flatten(0, 1), self.targets)

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.w.values(), 1.0)
        self.optimiser.step()
        return loss.item()


class Attention:
    """One layer of attention, forward and backward; x has queries, keys and values."""

    def __init__(self, variant, data):
        self.qkv, self.dout = data["weights"]["qkv"].requires_grad_(), data["weights"]["dout"]
        self.heads = data["heads"]
        self.loss = torch.compile(self.forward) if variant == "compiled" else self.forward

    def forward(self):
        batch, length, width = self.dout.shape
        q, k, v = self.qkv.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, width)
        return (y * self.dout).sum()

    def step(self):
        self.qkv.grad = None
        loss = self.loss()
        loss.backward()
        return loss.item()


kinds = {"transformer": Transformer, "attention": Attention}
cases = {}


def read(file):
    with open(file) as source:
        data = json.load(source)
    tensor = lambda t: torch.tensor(t["values"], dtype=torch.float32).view(t["shape"])
    weights = {name: tensor(t) for name, t in data["weights"].items()}
    return {**data, "weights": weights, **{name: tensor(data[name]) for name in ("ids", "targets") if name in data}}


def answer(request):
    if request["do"] == "setup":
        begin = time.perf_counter()
        cases[request["key"]] = case = kinds[request["kind"]](request["variant"], read(request["file"]))
        losses = [case.step() for _ in range(5)]
        return {"losses": losses, "seconds": time.perf_counter() - begin}
    begin = time.perf_counter()
    cases[request["key"]].step()
    return {"ms": (time.perf_counter() - begin) * 1e3}


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # an absent compiler costs one contender
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(reply), flush=True)
