# States that are matrices, a chunk at a time: products of chunks and one carried state a chunk. Each entry of `mixers` is made as those of elementwise.py.
mixers = {}
