# A network as the program lays it out (models/layout.ts): the layout comes as data, weights by their names, so that every preset stands around
# every mixer. Training step: forward, loss, backward, clipping, AdamW with the program's groups.
import torch
import torch.nn.functional as F

acts = {
    "gelu": F.gelu,
    "geluTanh": lambda x: F.gelu(x, approximate="tanh"),
    "relu": F.relu,
    "relu2": lambda x: F.relu(x).square(),
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


class Weights:
    """The weights under a scope."""

    def __init__(self, all, scope):
        self.all, self.scope = all, scope

    def name(self, name):
        return f"{self.scope}/{name}" if self.scope else name

    def __call__(self, name):
        return self.all[self.name(name)]

    def has(self, name):
        return self.name(name) in self.all

    def shared(self, name):
        return self.all[name]

    def under(self, scope):
        return self if scope == "" else Weights(self.all, self.name(scope))


class Settings:
    """What a mixer may ask for; `scan` is the form in use."""

    def __init__(self, case, width, expansion, layer, layers, values):
        self.case, self.width, self.layer, self.layers, self.values = case, width, layer, layers, values
        self.hidden = max(1, int(width * expansion))
        self.compiled = case.compiled

    def scan(self, a, b):
        return self.case.scan(a, b)


def dense(w, x):
    return F.linear(x, w("weight"), w("bias") if w.has("bias") else None)


def norm(layout):
    kind, weighted = layout["kind"], layout["weight"]

    def forward(w, x):
        if kind == "none":
            return x
        size = (x.shape[-1],)
        weight = None if weighted == "none" else w("norm/weight")
        if weighted == "offset":
            weight = 1 + weight
        if kind == "rmsNorm":
            return F.rms_norm(x, size, weight, layout.get("eps", 1e-6))
        return F.layer_norm(x, size, weight, w("norm/bias") if w.has("norm/bias") else None, layout.get("eps", 1e-5))

    return forward


def earlier(x):
    return F.pad(x, (0, 0, 1, 0))[:, :-1]


class Network:
    """Its parts are made once, then called."""

    def __init__(self, case, data, mixers):
        self.case, self.mixers, self.data = case, mixers, data
        self.layout, self.layers = data["layout"], data["layers"]
        self.width = data["width"]
        self.norm = norm(self.layout["norm"])
        self.root = Weights(case.weights, "")
        self.rows = [row for layer in range(self.layers) for row in self.level(layer)]

    def level(self, layer):
        blocks = self.layout["blocks"]
        seen = {}
        for row in blocks[layer % len(blocks)]:
            kind = row["parts"][0]["part"] if row["parts"] else "row"
            seen[kind] = seen.get(kind, 0) + 1
            scope = kind if seen[kind] == 1 else f"{kind}{seen[kind]}"
            w = self.root.under(f"layer{layer}").under(scope)
            yield row, w, self.chain(row["parts"], scope, w, self.width, layer)

    def chain(self, parts, around, w, width, layer):
        seen, made = {}, []
        for part in parts:
            kind = part["part"]
            seen[kind] = seen.get(kind, 0) + 1
            name = kind if seen[kind] == 1 else f"{kind}{seen[kind]}"
            scope = w.under("" if name == around else name)
            made.append(getattr(self, kind.replace("-", "_"))(part, scope, width, layer))

        def forward(x):
            for one in made:
                x = one(x)
            return x

        return forward

    def mixer(self, part, w, width, layer):
        kind = part.get("model", self.data["model"])
        settings = Settings(self.case, width, part["expansion"], layer, self.layers, self.data["values"])
        mix = self.mixers[kind](w, settings)
        if not w.has("down/weight"):
            return mix
        return lambda x: dense(w.under("down"), mix(x))

    def conv(self, part, w, width, layer):
        taps = part["kernel"]

        def forward(x):
            y = F.conv1d(F.pad(x.transpose(1, 2), (taps - 1, 0)), w("weight").unsqueeze(1), w("bias"), groups=width).transpose(1, 2)
            return dense(w.under("pointwise"), y) if part["mix"] else y

        return forward

    def mlp(self, part, w, width, layer):
        act = acts[part["activation"]]

        def forward(x):
            up = dense(w.under("up"), x)
            if part["gated"]:
                value, gate = up.chunk(2, -1)
                up = value * act(gate)
                if part["scale"]:
                    up = up * w("scale")
            else:
                up = act(up)
            return dense(w.under("down"), up)

        return forward

    def glu(self, part, w, width, layer):
        return lambda x: F.glu(dense(w.under("both"), x), -1)

    def act(self, part, w, width, layer):
        return acts[part["activation"]]

    def gate(self, part, w, width, layer):
        inner = max(1, round(part["multiple"] * width))
        branch = self.chain(part["branch"], "gate", w, inner, layer)

        def forward(x):
            u, z = dense(w.under("up"), x).chunk(2, -1)
            return dense(w.under("down"), branch(u) * acts[part["activation"]](z))

        return forward

    def parallel(self, part, w, width, layer):
        branches = [self.chain(b, "", w.under(f"branch{i}"), width, layer) for i, b in enumerate(part["branches"])]
        return lambda x: sum(one(x) for one in branches)

    def channel_mix(self, part, w, width, layer):
        def forward(x):
            read = lambda name: torch.lerp(earlier(x), x, w(name)) if w.has(name) else x
            key = dense(w.under("key"), read("mixKey"))
            gate = dense(w.under("gate"), read("mixGate"))
            return torch.sigmoid(gate) * dense(w.under("value"), F.relu(key).square())

        return forward

    def __call__(self, ids, targets):
        embedding, root = self.layout["embedding"], self.root
        x = F.embedding(ids, root("embedding/weight"))
        if embedding["positions"] == "learned":
            x = x + root("positions/weight")[: ids.shape[1]]
        if embedding["norm"]:
            x = self.norm(root.under("embedding"), x)
        for row, w, chain in self.rows:
            y = chain(self.norm(w, x) if row["norm"] == "pre" else x)
            y = x + y if row["residual"] else y
            x = self.norm(w, y) if row["norm"] == "post" else y
        if self.layout["finalNorm"]:
            x = self.norm(root.under("final"), x)
        head = root.under("head")
        logits = dense(head, x) if head.has("weight") else F.linear(x, root("embedding/weight"), head("bias") if head.has("bias") else None)
        return F.cross_entropy(logits.flatten(0, 1), targets)
