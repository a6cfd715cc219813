# The two kinds of a case: a training step of a text model, and one layer forward and backward. Each gives numbers to compare, then steps.
import torch

import scans
from network import Network, Settings, Weights

clip = 1.0


class Case:
    def __init__(self, data, compiled, form):
        self.compiled = compiled
        self.weights = {name: torch.nn.Parameter(value.clone()) for name, value in data["weights"].items()}
        self.scan = scans.forms(data["length"], compiled)[form]


class Step(Case):
    def __init__(self, data, compiled, form, mixers):
        super().__init__(data, compiled, form)
        self.ids, self.targets = data["ids"], data["targets"].view(-1)
        network = Network(self, data, mixers)
        self.loss = torch.compile(network.__call__) if compiled else network
        rate, decay = data["learningRate"], data["weightDecay"]
        groups = {}
        for name, (decays, pace) in data["groups"].items():
            groups.setdefault((decays, pace), []).append(self.weights[name])
        options = [{"params": all, "weight_decay": decay if decays else 0.0, "lr": rate * pace} for (decays, pace), all in groups.items()]
        self.optimiser = torch.optim.AdamW(options, lr=rate, fused=True)

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss(self.ids, self.targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights.values(), clip)
        self.optimiser.step()
        return loss.item()

    def check(self):
        return [self.step() for _ in range(5)]


class Layer(Case):
    def __init__(self, data, compiled, form, mixers):
        super().__init__(data, compiled, form)
        self.x, self.dout = self.weights.pop("x"), self.weights.pop("dout").detach()
        settings = Settings(self, data["width"], data["expansion"], 0, 1, data["values"])
        mix = mixers[data["model"]](Weights(self.weights, "layer0/mixer"), settings)
        value = lambda x: (mix(x) * self.dout).sum()
        self.value = torch.compile(value) if compiled else value

    def step(self):
        for one in (self.x, *self.weights.values()):
            one.grad = None
        value = self.value(self.x)
        value.backward()
        return value.item()

    def check(self):
        """The value, and the size of its gradient."""
        return [self.step(), self.x.grad.norm().item()]


kinds = {"step": Step, "layer": Layer}
