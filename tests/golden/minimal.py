"""Golden vectors of minGRU and minLSTM with other values: any seeds, lengths and scales, in the format of README.md. Prints one file.

    python3 tests/golden/minimal.py mingru --seeds 1 2 3 --lengths 5 64 --scale 1 > FOLDER/mingru.json
"""

import argparse
import json

import torch

torch.set_default_dtype(torch.float64)
ROWS = {"mingru": ("z", "h"), "minlstm": ("f", "i", "h")}


def g(x):
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


def out(tensor, digits=None):
    values = tensor.detach().flatten().tolist()
    return {"shape": list(tensor.shape), "data": values if digits is None else [float(f"{v:.{digits}g}") for v in values]}


def drawn(generator, *shape, scale=1.0):
    """Multiples of 1/256: exact in float32."""
    return torch.round(torch.randn(*shape, generator=generator) * scale * 256) / 256


def outputs(kind, config, inputs, params):
    pre = {row: inputs["x"] @ params[f"W{row}"].T + params[f"b{row}"] for row in ROWS[kind]}
    candidate = g(pre["h"]) if config["candidate"] == "g" else pre["h"]
    if kind == "mingru":
        take = torch.sigmoid(pre["z"])
        keep = 1 - take
    else:
        keep, take = torch.sigmoid(pre["f"]), torch.sigmoid(pre["i"])
        if config["normalised"]:
            keep, take = keep / (keep + take), take / (keep + take)
    h, states = inputs["h0"], []
    for t in range(inputs["x"].shape[1]):
        h = keep[:, t] * h + take[:, t] * candidate[:, t]
        states.append(h)
    return {"h": torch.stack(states, 1)}


def case(kind, seed, T, scale, candidate, normalised, from_zero):
    generator = torch.Generator().manual_seed(seed)
    B, I, H = 2, 3, 4
    config = {"B": B, "T": T, "I": I, "H": H, "candidate": candidate, "normalised": normalised}
    h0 = torch.zeros(B, H) if from_zero else drawn(generator, B, H).abs() + 1 / 256
    inputs = {"x": drawn(generator, B, T, I), "h0": h0}
    params = {}
    for row in ROWS[kind]:
        params[f"W{row}"] = drawn(generator, H, I, scale=scale)
        params[f"b{row}"] = drawn(generator, H, scale=scale)
    while bool((inputs["x"] @ params["Wh"].T + params["bh"] == 0).any()):
        params["bh"] += 1 / 256  # g has a kink at 0, where the logarithm of g has another slope
    w = {"h": drawn(generator, B, T, H)}
    leaves = {name: value.clone().requires_grad_() for name, value in {**inputs, **params}.items()}
    found = outputs(kind, config, leaves, leaves)
    loss = (found["h"] * w["h"]).sum()
    loss.backward()
    start = "zero" if from_zero else "given"
    return {
        "name": f"{candidate} T {T} h0 {start} normalised {normalised} scale {scale:g} seed {seed}", "seed": seed, "config": config,
        "inputs": {n: out(v) for n, v in inputs.items()}, "params": {n: out(v) for n, v in params.items()},
        "outputs": {"h": out(found["h"], 9)}, "w": {"h": out(w["h"])}, "loss": float(f"{loss.item():.9g}"),
        "grads": {n: out(v.grad, 9) for n, v in leaves.items()},
    }


parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=list(ROWS))
parser.add_argument("--seeds", type=int, nargs="+", default=[1])
parser.add_argument("--lengths", type=int, nargs="+", default=[5])
parser.add_argument("--scale", type=float, nargs="+", default=[1.0])
asked = parser.parse_args()
kinds = [("g", True), ("identity", True)] if asked.kind == "mingru" else [("g", True), ("g", False), ("identity", True)]
cases = [
    case(asked.kind, 10 * seed + int(from_zero), T, scale, candidate, normalised, from_zero)
    for seed in asked.seeds for T in asked.lengths for scale in asked.scale
    for candidate, normalised in kinds for from_zero in (True, False)
]
print(json.dumps({"file": asked.kind, "torch": torch.__version__, "dtype": "float64", "digits": 9,
                  "generator": "tests/golden/minimal.py", "cases": cases}, separators=(",", ":")))
