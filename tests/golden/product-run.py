"""Golden product runs: whole runs of the program computed once more with PyTorch, in float64 on the CPU.

Reads what product-run-input.ts prints (specs, starting weights, data) and prints product_run.json. Shares no code with the program: the
networks follow the papers' equations, the rest is torch.optim, torch.nn.utils and autograd. Needs nothing but torch.

    node tests/golden/product-run-input.ts | python3 tests/golden/product-run.py > tests/golden/product_run.json
"""

import json
import math
import sys

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

torch.set_default_dtype(torch.float64)
DIGITS = 9
STATES_AFTER = (1, 10)


def rounded(value):
    return float(f"{value:.{DIGITS}g}")


def tensor_out(tensor):
    return {"shape": list(tensor.shape), "data": [rounded(v) for v in tensor.detach().flatten().tolist()]}


def g(x):
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def philox(counter, key):
    """Philox 4x32-10 (Salmon et al. 2011)."""
    c, k, low = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & low, (a >> 32) ^ c[3] ^ k[1], a & low]
        k = [(k[0] + 0x9E3779B9) & low, (k[1] + 0xBB67AE85) & low]
    return c


def named(text):
    """32-bit FNV-1a."""
    value = 0x811C9DC5
    for letter in text:
        value = ((value ^ ord(letter)) * 0x01000193) & 0xFFFFFFFF
    return value


class Network:
    """The stack: [conv], norm, mixer, down, [MLP], each with a residual; final norm; head."""

    def __init__(self, spec, weights, classes):
        self.w, self.kind, self.f, self.classes = weights, spec["model"]["kind"], spec["model"]["fields"], classes
        self.seed, self.at = spec["seed"], None

    def drop(self, x, at):
        """At step and first sample `self.at`; the numbers of all elements of a batch follow each other, four to a block. None: nothing drops."""
        rate = self.f["dropout"]
        if self.at is None or rate == 0:
            return x
        (step, sample), key = self.at, (self.seed, named(f"{at}/dropout"))
        first = sample * x[0].numel()
        numbers = range(first, first + x.numel())
        words = [philox((n // 4, 0, step, 0), key)[n % 4] for n in numbers]
        kept = torch.tensor([float(word >= int(rate * 2**32)) for word in words]).view(x.shape)
        return x * kept / (1 - rate)

    def norm(self, x, at):
        if self.f["norm"] == "none":
            return x
        weight = self.w[f"{at}/norm/weight"]
        if self.f["norm"] == "layerNorm":
            return F.layer_norm(x, (x.shape[-1],), weight, self.w[f"{at}/norm/bias"], 1e-5)
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * weight

    def linear(self, x, at):
        return F.linear(x, self.w[f"{at}/weight"], self.w.get(f"{at}/bias"))

    def conv(self, x, at):
        taps = self.w[f"{at}/weight"]  # [d, K], the last tap is the current step
        K, T = taps.shape[1], x.shape[1]
        padded = F.pad(x, (0, 0, K - 1, 0))
        y = sum(padded[:, k : k + T] * taps[:, k] for k in range(K)) + self.w[f"{at}/bias"]
        return self.linear(y, f"{at}/pointwise")

    def start(self, at, slot, like):
        name = f"{at}/start/{slot}"
        if name not in self.w:
            return torch.zeros_like(like)
        return (g(self.w[name]) if self.kind in ("minGru", "minLstm") else self.w[name]).expand_as(like)

    def minimal(self, x, at):
        gates = self.linear(x, at)
        parts = gates.chunk(2 if self.kind == "minGru" else 3, -1)
        candidate = g(parts[-1]) if self.f["candidate"] == "g" else parts[-1]
        if self.kind == "minGru":
            z = torch.sigmoid(parts[0])
            keep, take = 1 - z, z
        else:
            keep, take = torch.sigmoid(parts[0]), torch.sigmoid(parts[1])
            if self.f["normalised"]:
                keep, take = keep / (keep + take), take / (keep + take)
        h, out = self.start(at, "h", candidate[:, 0]), []
        for t in range(x.shape[1]):
            h = keep[:, t] * h + take[:, t] * candidate[:, t]
            out.append(h)
        return torch.stack(out, 1)

    def gru(self, x, at):
        h = torch.zeros(x.shape[0], self.w[f"{at}/weightHh"].shape[1])
        out = []
        for t in range(x.shape[1]):
            xr, xz, xn = F.linear(x[:, t], self.w[f"{at}/weightIh"], self.w[f"{at}/biasIh"]).chunk(3, -1)
            hr, hz, hn = F.linear(h, self.w[f"{at}/weightHh"], self.w[f"{at}/biasHh"]).chunk(3, -1)
            z = torch.sigmoid(xz + hz)
            h = (1 - z) * torch.tanh(xn + torch.sigmoid(xr + hr) * hn) + z * h
            out.append(h)
        return torch.stack(out, 1)

    def lstm(self, x, at):
        h = torch.zeros(x.shape[0], self.w[f"{at}/weightHh"].shape[1])
        c, out = torch.zeros_like(h), []
        for t in range(x.shape[1]):
            both = F.linear(x[:, t], self.w[f"{at}/weightIh"], self.w[f"{at}/biasIh"])
            i, f, n, o = (both + F.linear(h, self.w[f"{at}/weightHh"], self.w[f"{at}/biasHh"])).chunk(4, -1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(n)
            h = torch.sigmoid(o) * torch.tanh(c)
            out.append(h)
        return torch.stack(out, 1)

    def mlp(self, x, at):
        up = self.linear(x, f"{at}/up")
        if self.f["mlpKind"] == "gated":
            value, gate = up.chunk(2, -1)
            up = value * F.gelu(gate) * self.w[f"{at}/scale"]
        else:
            up = F.gelu(up)
        return self.linear(up, f"{at}/down")

    def __call__(self, x):
        x = F.embedding(x, self.w["embedding/weight"]) if self.classes else self.linear(x, "input")
        mix = {"gru": self.gru, "lstm": self.lstm}.get(self.kind, self.minimal)
        for layer in range(self.f["layers"]):
            at = f"layer{layer}"
            join = (lambda before, y: before + y) if self.f["residual"] else (lambda before, y: y)
            if self.f["conv"]:
                x = join(x, self.conv(x, f"{at}/conv"))
            mixer = f"{at}/mixer"
            mixed = self.linear(mix(self.norm(x, mixer), mixer), f"{mixer}/down")
            x = join(x, self.drop(mixed, mixer) if self.f["dropoutPlace"] == "blocks" else mixed)
            if self.f["mlp"]:
                x = join(x, self.drop(self.mlp(self.norm(x, f"{at}/mlp"), f"{at}/mlp"), f"{at}/mlp"))
        return self.linear(self.norm(x, "final") if self.f["finalNorm"] else x, "head")


def tensors_of(batch, classes):
    shape = (batch["size"], batch["length"])
    if classes:
        return torch.tensor(batch["x"]).view(shape), torch.tensor(batch["y"]).view(shape), None
    x = torch.tensor(batch["x"], dtype=torch.float32).double().view(*shape, -1)
    y = torch.tensor(batch["y"], dtype=torch.float32).double().view(shape)
    return x, y, torch.tensor(batch["mask"], dtype=torch.float64).view(shape)


def summed(output, y, mask):
    """Sum of the losses, number of positions with a loss, number of right answers."""
    if mask is None:
        asked = y >= 0
        loss = F.cross_entropy(output[asked], y[asked].long(), reduction="sum")
        return loss, int(asked.sum()), int((output[asked].argmax(-1) == y[asked]).sum())
    return ((output.squeeze(-1) - y).pow(2) * mask).sum(), int(mask.sum()), None


def decays(name, kind):
    """Matrices alone, and not those of the gates of a minimal model (as the official code does)."""
    if name.endswith(("bias", "biasIh", "biasHh", "norm/weight", "scale")) or "/start/" in name:
        return False
    return not (kind in ("minGru", "minLstm") and name.endswith("mixer/weight"))


def optimiser_of(weights, kind, t):
    groups = [
        {"params": [w for n, w in weights.items() if decays(n, kind)], "weight_decay": t["weightDecay"]},
        {"params": [w for n, w in weights.items() if not decays(n, kind)], "weight_decay": 0.0},
    ]
    if t["optimiser"] == "sgd":
        return torch.optim.SGD(groups, lr=1.0, momentum=t["momentum"]), {"momentum": "momentum_buffer"}
    kinds = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}
    made = kinds[t["optimiser"]](groups, lr=1.0, betas=(t["beta1"], t["beta2"]), eps=t["epsilon"])
    return made, {"m": "exp_avg", "v": "exp_avg_sq"}


def rate_at(step, t, steps):
    """As nanoGPT: linear warm-up, then half a cosine down to the minimum."""
    if step < t["warmup"]:
        return t["learningRate"] * (step + 1) / (t["warmup"] + 1)
    ratio = (step - t["warmup"]) / (steps - t["warmup"])
    low = t["minimumLearningRate"]
    return low + 0.5 * (1 + math.cos(math.pi * ratio)) * (t["learningRate"] - low)


def run(case):
    spec, t = case["spec"], case["spec"]["training"]
    kind, steps = spec["model"]["kind"], spec["budget"]["amount"]
    classes = case["batches"][0]["mask"] is None
    start = {n: torch.tensor(w["data"], dtype=torch.float32).double().view(w["shape"]) for n, w in case["weights"].items()}
    weights = {n: w.clone().requires_grad_() for n, w in start.items()}
    network = Network(spec, weights, classes)
    optimiser, slots = optimiser_of(weights, kind, t)
    parts = t["batch"] // t["accumulate"]

    def evaluate(step):
        x, y, mask = tensors_of(case["held"], classes)
        network.at = None
        with torch.no_grad():
            loss, count, hits = summed(network(x), y, mask)
        return {"step": step, "loss": rounded(loss.item() / count), "accuracy": None if hits is None else rounded(hits / count)}

    evaluations, told, states, products = [evaluate(0)], [], [], 0
    for step, batch in enumerate(case["batches"]):
        x, y, mask = tensors_of(batch, classes)
        total = int((y >= 0).sum()) if mask is None else int(mask.sum())
        optimiser.zero_grad()
        loss = 0.0
        counter = FlopCounterMode(display=False)
        with counter:
            for i in range(0, t["batch"], parts):
                share, network.at = slice(i, i + parts), (step, i)
                part = summed(network(x[share]), y[share], None if mask is None else mask[share])[0] / total
                part.backward()
                loss += part.item()
        products = counter.get_total_flops()
        largest = t["clip"] if t["clip"] > 0 else math.inf
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), largest).item()
        rate = rate_at(step, t, steps)
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        told.append({"loss": rounded(loss), "norm": rounded(norm), "rate": rounded(rate)})
        if (step + 1) % t["evaluateEvery"] == 0:
            evaluations.append(evaluate(step + 1))
        if step + 1 in STATES_AFTER:
            tensors = {n: tensor_out(w) for n, w in weights.items()}
            for slot, name in slots.items():
                tensors |= {f"optimiser/{slot}/{n}": tensor_out(optimiser.state[w][name]) for n, w in weights.items()}
            states.append({"step": step + 1, "tensors": tensors})
    return {
        "name": case["name"], "spec": spec, "text": case["text"], "flopsPerStep": case["flopsPerStep"],
        "productFlopsPerStep": products, "weights": {n: tensor_out(w) for n, w in start.items()},
        "steps": told, "evaluations": evaluations, "states": states,
    }


cases = [run(case) for case in json.load(sys.stdin)]
json.dump({"file": "product_run", "torch": torch.__version__, "python": sys.version.split()[0], "dtype": "float64",
           "digits": DIGITS, "generator": "tests/golden/product-run.py", "cases": cases}, sys.stdout, separators=(",", ":"))
