# Long convolutions by torch.fft. Each entry of `mixers` is made as those of elementwise.py.
mixers = {}
