"""Networks of PyTorch's with their weights as safetensors (base64) and what they answer: prints tests/golden/torch/weights.json.

    python3 tests/golden/torch/weights.py > tests/golden/torch/weights.json

The classic ones are nn.Embedding, nn.GRU / nn.LSTM / nn.RNN and nn.Linear. The minimal ones are written after the published modules: their
names, their order of rows, RMSNorm with `gamma` around 0, a depthwise convolution, a feed-forward part. safetensors is written by hand.
"""

import base64
import json
import struct

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, WIDTH, BATCH, TIME = 7, 4, 2, 6


def g(x):
    return torch.where(x >= 0, x + 0.5, torch.sigmoid(x))


class Classic(nn.Module):
    def __init__(self, cell, layers):
        super().__init__()
        self.emb = nn.Embedding(VOCABULARY, WIDTH)
        self.rnn = cell(WIDTH, WIDTH, num_layers=layers, batch_first=True)
        self.fc = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.fc(self.rnn(self.emb(x))[0])


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.randn(width) * 0.1)

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * (self.gamma + 1)


class Minimal(nn.Module):
    def __init__(self, gates, bias):
        super().__init__()
        self.to_hidden_and_gate = nn.Linear(WIDTH, 2 * WIDTH * (gates + 1), bias=bias)
        self.to_out = nn.Linear(2 * WIDTH, WIDTH, bias=bias)
        self.gates = gates

    def forward(self, x):
        hidden, *gates = self.to_hidden_and_gate(x).chunk(self.gates + 1, dim=-1)
        if self.gates == 1:
            take = torch.sigmoid(gates[0])
            keep = 1 - take
        else:
            keep, take = torch.sigmoid(gates[0]), torch.sigmoid(gates[1])
            keep, take = keep / (keep + take), take / (keep + take)
        h, states = torch.zeros_like(hidden[:, 0]), []
        for t in range(x.shape[1]):
            h = keep[:, t] * h + take[:, t] * g(hidden[:, t])
            states.append(h)
        return self.to_out(torch.stack(states, 1))


class Conv(nn.Module):
    def __init__(self, kernel):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(WIDTH, WIDTH, kernel, groups=WIDTH), nn.Conv1d(WIDTH, WIDTH, 1))
        self.kernel = kernel

    def forward(self, x):
        return self.net(F.pad(x.transpose(1, 2), (self.kernel - 1, 0))).transpose(1, 2)


class Published(nn.Module):
    def __init__(self, gates, depth, bias):
        super().__init__()
        self.token_emb = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.ModuleList(
            nn.ModuleList(
                [
                    Conv(3),
                    Norm(WIDTH),
                    Minimal(gates, bias),
                    Norm(WIDTH),
                    nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH)),
                ]
            )
            for _ in range(depth)
        )
        self.norm = Norm(WIDTH)
        self.to_out = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, x):
        x = self.token_emb(x)
        for conv, norm, rnn, ff_norm, ff in self.layers:
            x = conv(x) + x
            x = rnn(norm(x)) + x
            x = ff(ff_norm(x)) + x
        return self.to_out(self.norm(x))


def safetensors(state):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        values = tensor.detach().float().flatten().tolist()
        raw = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return base64.b64encode(struct.pack("<Q", len(text)) + text + data).decode()


def case(name, model, kind, fields):
    x = torch.randint(0, VOCABULARY, (BATCH, TIME), generator=torch.Generator().manual_seed(1))
    # Weights are float32 in the file; the answer is computed with them in float64.
    with torch.no_grad():
        y = model.float().double()(x)
    logits = [float(f"{value:.9g}") for value in y.flatten().tolist()]
    return {"name": name, "kind": kind, "fields": fields, "file": safetensors(model.state_dict()), "x": x.flatten().tolist(), "logits": logits}


def main():
    torch.manual_seed(3)
    plain = {"norm": "none", "residual": False, "expansion": 1, "project": "when-needed", "finalNorm": False, "headBias": True}
    parts = {"conv": True, "convKernel": 3, "mlp": True, "mlpKind": "gelu", "mlpMultiplier": 2, "expansion": 2}
    cases = [
        case("nn.GRU", Classic(nn.GRU, 1), "gru", {**plain, "layers": 1}),
        case("nn.GRU, two layers", Classic(nn.GRU, 2), "gru", {**plain, "layers": 2}),
        case("nn.LSTM, two layers", Classic(nn.LSTM, 2), "lstm", {**plain, "layers": 2}),
        case("nn.RNN", Classic(nn.RNN, 1), "elman", {**plain, "layers": 1}),
        case("published minGRU", Published(1, 2, True), "minGru", {**parts, "layers": 2}),
        case("published minGRU without biases", Published(1, 1, False), "minGru", {**parts, "layers": 1}),
        case("published minLSTM", Published(2, 2, True), "minLstm", {**parts, "layers": 2}),
    ]
    sizes = {"vocabulary": VOCABULARY, "width": WIDTH, "batch": BATCH, "time": TIME}
    print(json.dumps({"torch": torch.__version__, **sizes, "cases": cases}, indent=1))


main()
