# Selective and structured state spaces. Each entry of `mixers` is made as those of elementwise.py.
mixers = {}
