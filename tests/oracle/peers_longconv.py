"""Long convolutions by scipy and torch, timed on request, for `cargo bench -p emberforge-array --bench long_conv`.

    python3 tests/oracle/peers_longconv.py --install /tmp/peers      # a virtual environment with numpy, scipy and torch
    EMBER_PEERS=/tmp/peers/bin/python cargo bench -p emberforge-array --bench long_conv

The benchmark starts this script and writes lines `PEER VARIANT BATCH CHANNELS LENGTH` to it; each is answered by the
seconds that one run took. So the peers run in turn with the library, in one measurement.

Peers: `fftconvolve` (scipy.signal, one thread), `scipy` (scipy.fft's rfft, product, irfft; one worker), `torch` (torch.fft,
every core). Variants: `fresh` transforms the kernel each time, `cached` keeps its spectrum, `gated` multiplies by gates before
and after as well. All of them add the skip term, as the M2-BERT reference does, and transform 2 L elements
(fftconvolve: the next fast length). All are float32.
"""

import os
import subprocess
import sys
import time
import venv

if sys.argv[1:2] == ["--install"]:
    venv.create(sys.argv[2], with_pip=True)
    subprocess.check_call([os.path.join(sys.argv[2], "bin", "pip"), "install", "numpy", "scipy", "torch"])
    sys.exit()

import numpy as np
import scipy.fft
import scipy.signal
import torch

torch.set_num_threads(os.cpu_count())
torch.set_grad_enabled(False)


class Case:
    """Operands of one shape, as numpy arrays and as tensors over the same memory."""

    def __init__(self, batch, channels, length):
        random = np.random.default_rng(0)
        normal = lambda *shape: random.standard_normal(shape, dtype=np.float32)
        self.length = length
        self.u, self.k, self.skip = normal(batch, channels, length), normal(channels, length), normal(channels, 1)
        self.pre, self.post = normal(batch, channels, length), normal(batch, channels, length)
        self.spectrum = scipy.fft.rfft(self.k, 2 * length, workers=1)
        names = ("u", "k", "skip", "pre", "post", "spectrum")
        self.tensors = {name: torch.from_numpy(getattr(self, name)) for name in names}

    def convolve(self, get, rfft, irfft, variant):
        u, n = get("u"), 2 * self.length
        if variant == "gated":
            u = u * get("pre")
        kernel = rfft(get("k"), n) if variant == "fresh" else get("spectrum")
        y = irfft(rfft(u, n) * kernel, n)[..., : self.length] + u * get("skip")
        return y * get("post") if variant == "gated" else y

    def run(self, peer, variant):
        if peer == "fftconvolve":
            full = scipy.signal.fftconvolve(self.u, self.k[None], axes=-1)
            return full[..., : self.length] + self.u * self.skip
        if peer == "scipy":
            rfft = lambda x, n: scipy.fft.rfft(x, n, workers=1)
            irfft = lambda x, n: scipy.fft.irfft(x, n, workers=1)
            return self.convolve(lambda name: getattr(self, name), rfft, irfft, variant)
        return self.convolve(self.tensors.__getitem__, torch.fft.rfft, torch.fft.irfft, variant)


print("scipy", scipy.__version__, "numpy", np.__version__, "torch", torch.__version__, flush=True)
shape, case = None, None
for line in sys.stdin:
    peer, variant, *wanted = line.split()
    if wanted != shape:
        shape, case = wanted, Case(*map(int, wanted))
    started = time.perf_counter()
    case.run(peer, variant)
    print(time.perf_counter() - started, flush=True)
