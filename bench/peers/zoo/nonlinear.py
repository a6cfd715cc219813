# Recurrences that must be computed step by step: torch's own layers where it has them.
import torch


def layer(kind):
    def make(w, c):
        cell = kind(c.width, c.hidden, batch_first=True, bias=w.has("biasIh"))
        for ours, theirs in (("weightIh", "weight_ih_l0"), ("weightHh", "weight_hh_l0"), ("biasIh", "bias_ih_l0"), ("biasHh", "bias_hh_l0")):
            if w.has(ours):
                setattr(cell, theirs, w(ours))
        return lambda x: cell(x)[0]

    return make


mixers = {"gru": layer(torch.nn.GRU), "lstm": layer(torch.nn.LSTM), "elman": layer(torch.nn.RNN)}
