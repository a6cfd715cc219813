# PyTorch's best plain forms of the zoo. Reads one JSON request a line and answers one JSON line: "setup" builds a case from a file, tries the forms
# of its scan, and gives numbers to compare; "step" gives milliseconds of a step, and of processor time.
import json
import os
import sys
import time

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import attention, convolution, elementwise, matrix, nonlinear, scans, state_space
from cases import kinds

torch.set_num_threads(int(os.environ.get("MINRNN_THREADS", "2")))
mixers = {}
for family in (attention, convolution, elementwise, matrix, nonlinear, state_space):
    mixers.update(family.mixers)


def read(path):
    """An index in JSON, and the numbers of all tensors beside it."""
    with open(path, encoding="utf8") as file:
        data = json.load(file)
    with open(data["numbers"], "rb") as file:
        numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    tensor = lambda t: numbers[t["at"] : t["at"] + t["size"]].clone().view(t["shape"])
    data["weights"] = {name: tensor(t) for name, t in data["weights"].items()}
    for name in ("ids", "targets"):
        if name in data:
            data[name] = tensor(data[name]).long()
    return data


def timed(case):
    wall, cpu = time.perf_counter(), time.process_time()
    case.step()
    return {"ms": (time.perf_counter() - wall) * 1e3, "cpu": (time.process_time() - cpu) * 1e3}


def setup(request):
    """The case in its fastest form, and the numbers to compare, which come from its first steps."""
    data, compiled = read(request["file"]), request["variant"] == "compiled"
    if data["model"] not in mixers:
        return {"error": f"bench/peers/zoo has no {data['model']}"}
    make = lambda form: kinds[request["kind"]](data, compiled, form, mixers)
    names = list(scans.forms(data["length"], compiled))
    if len(names) > 1:
        trials = {}
        for name in names:
            case = make(name)
            trials[name] = min(timed(case)["ms"] for _ in range(3))
        names.sort(key=lambda name: trials[name])
    start = time.perf_counter()
    cases["one"] = case = make(names[0])
    losses = case.check()
    return {"losses": losses, "form": names[0], "seconds": time.perf_counter() - start}


cases = {}


def answer(request):
    return setup(request) if request["do"] == "setup" else timed(cases["one"])


print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # an absent compiler or too little memory costs one contender
        reply = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(reply), flush=True)
