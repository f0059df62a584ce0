"""M2-BERT's encoder in PyTorch beside `ember bench m2`, in one run, in turn.

    python tests/oracle/peers_m2.py --ember target/release/ember --shape 1,128 --shape 8,128 --layers 12

The PyTorch side is written from the specification (m2-bert.md, sections 3 to 7) with the operations that PyTorch is
fastest with: one FFT of length 2L per row for both directions' kernels, exact GELU, batched products for the blocks. It runs with
two threads and OpenMP's default waiting. Both sides read one checkpoint with random weights, so that the hidden states can be
compared. "kept": the long filters (ember: their spectra; PyTorch: their spectra, too) stay from an earlier pass;
"computed": they are made in each pass, as the reference does. "vectors": as "kept", but of the last layer only what the
first tokens need, as `ember embed` does; PyTorch computes all states for it.

Needs: torch. Prints one JSON object per shape, with medians in milliseconds and peak resident memory in MB.
"""

import argparse
import json
import math
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F

D, I, O, E, V, BLOCKS = 768, 3072, 128, 5, 30528, 4


def weights(layers, m, seed=0):
    """A checkpoint of the 80M shape: names and shapes of section 11, distributions of section 12."""
    g = torch.Generator().manual_seed(seed)
    normal = lambda *shape, s=0.02: torch.randn(*shape, generator=g) * s
    uniform = lambda *shape, b: (torch.rand(*shape, generator=g) * 2 - 1) * b
    w = {}
    e = "bert.embeddings."
    w[e + "word_embeddings.weight"] = normal(V, D)
    w[e + "word_embeddings.weight"][0] = 0
    w[e + "position_embeddings.weight"] = normal(m, D)
    w[e + "token_type_embeddings.weight"] = normal(2, D)
    w[e + "LayerNorm.weight"], w[e + "LayerNorm.bias"] = torch.ones(D), torch.zeros(D)
    w["bert.pooler.dense.weight"], w["bert.pooler.dense.bias"] = normal(D, D), torch.zeros(D)
    t = torch.linspace(0, 1, m)[None, :, None]
    f = torch.linspace(1e-4, (E - 1) // 2 - 1, (E - 1) // 2)[None]
    phase = f * (2 * math.pi * torch.arange(m) / m)[:, None]
    z = torch.cat([t[0], torch.cos(phase), -torch.sin(phase)], 1)[None]
    deltas = torch.linspace(math.log(1e-2) / 1.5, math.log(1e-2) / 0.3, D)[None, None]
    for i in range(layers):
        a = f"bert.encoder.layer.{i}.attention."
        for name in ("filter_fn.", "filter_fn2."):
            p = a + name
            w[p + "bias"] = normal(D, s=1.0)
            w[p + "pos_emb.z"], w[p + "pos_emb.t"], w[p + "modulation.deltas"] = z.clone(), t.clone(), deltas.clone()
            for way in ("implicit_filter.", "implicit_filter_rev."):
                for place, inner in ((0, E), (2, O), (4, O)):
                    w[f"{p}{way}{place}.weight"], w[f"{p}{way}{place}.bias"] = normal(O, inner), torch.zeros(O)
                w[f"{p}{way}6.weight"] = normal(D, O)
                for place in (1, 3, 5):
                    w[f"{p}{way}{place}.freq"] = torch.full((1, O), 10.0)
        w[a + "in_linear.weight"], w[a + "in_linear.bias"] = normal(3 * D, D), torch.zeros(3 * D)
        w[a + "out_linear.weight"], w[a + "out_linear.bias"] = normal(D, D), torch.zeros(D)
        bound = 1 / math.sqrt(3)
        w[a + "short_filter.weight"] = uniform(3 * D, 1, 3, b=bound)
        w[a + "short_filter.bias"] = uniform(3 * D, b=bound)
        p = f"bert.encoder.layer.{i}.mlp."
        w[p + "gated_layers.weight"] = uniform(BLOCKS, 2 * I // BLOCKS, D // BLOCKS, b=math.sqrt(BLOCKS / D))
        w[p + "wo.weight"] = uniform(BLOCKS, D // BLOCKS, I // BLOCKS, b=math.sqrt(BLOCKS / I))
        w[p + "wo.bias"] = uniform(D, b=1 / math.sqrt(D))
        w[p + "layernorm.weight"], w[p + "layernorm.bias"] = torch.ones(D), torch.zeros(D)
    return w


def save_safetensors(tensors, path):
    """The format is a length, a JSON header, and the data; written here so that torch is all that is needed."""
    header, at = {}, 0
    for name, x in tensors.items():
        size = x.numel() * 4
        header[name] = {"dtype": "F32", "shape": list(x.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64 + 56)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for x in tensors.values():
            file.write(x.contiguous().numpy().tobytes())


class Filter:
    def __init__(self, w, p):
        self.w, self.p, self.spectrum = w, p, None
        self.d = w[p + "bias"][:, None]

    def taps(self, way, l):
        w, p = self.w, f"{self.p}{way}."
        freq = w[p + "1.freq"]
        h = w[self.p + "pos_emb.z"][0, :l]
        for place in (0, 2, 4):
            h = torch.sin(freq * F.linear(h, w[f"{p}{place}.weight"], w[f"{p}{place}.bias"]))
        h = F.linear(h, w[p + "6.weight"])
        decay = torch.exp(-w[self.p + "pos_emb.t"][0, :l] * w[self.p + "modulation.deltas"][0].abs())
        return (h * decay).T

    def of(self, l, keep):
        if keep and self.spectrum is not None:
            return self.spectrum
        k, rev = self.taps("implicit_filter", l), self.taps("implicit_filter_rev", l)
        kernel = F.pad(k, (0, l)) + F.pad(rev.flip(-1), (l, 0))
        self.spectrum = torch.fft.rfft(kernel, n=2 * l)
        return self.spectrum

    def conv(self, u, keep):
        l = u.shape[-1]
        y = torch.fft.irfft(torch.fft.rfft(u, n=2 * l) * self.of(l, keep), n=2 * l)[..., :l]
        return y + u * self.d


class Encoder:
    def __init__(self, w, layers):
        self.w, self.layers = w, layers
        self.filters = [
            [Filter(w, f"bert.encoder.layer.{i}.attention.{f}.") for f in ("filter_fn", "filter_fn2")]
            for i in range(layers)
        ]

    @torch.inference_mode()
    def forward(self, ids, keep):
        w, l = self.w, ids.shape[1]
        e = "bert.embeddings."
        h = F.embedding(ids, w[e + "word_embeddings.weight"]) + w[e + "token_type_embeddings.weight"][0]
        h = h + w[e + "position_embeddings.weight"][:l]
        h = F.layer_norm(h, (D,), w[e + "LayerNorm.weight"], w[e + "LayerNorm.bias"], 1e-12)
        for i in range(self.layers):
            a, p = f"bert.encoder.layer.{i}.attention.", f"bert.encoder.layer.{i}.mlp."
            x = F.linear(h, w[a + "in_linear.weight"], w[a + "in_linear.bias"]).transpose(1, 2)
            x = F.conv1d(x, w[a + "short_filter.weight"], w[a + "short_filter.bias"], padding=2, groups=3 * D)[..., :l]
            x1, x2, v = x.split(D, 1)
            y = self.filters[i][0].conv(v * x1, keep) * x2
            y = y + self.filters[i][1].conv(h.transpose(1, 2), keep)
            h = F.linear(y.transpose(1, 2), w[a + "out_linear.weight"], w[a + "out_linear.bias"])
            g = blocks(h, w[p + "gated_layers.weight"])
            act = F.gelu(g[..., :I]) * g[..., I:]
            o = blocks(act, w[p + "wo.weight"]) + w[p + "wo.bias"]
            h = F.layer_norm(o + h, (D,), w[p + "layernorm.weight"], w[p + "layernorm.bias"], 1e-12)
        return h


def blocks(x, weight):
    n, q, p = weight.shape
    rows = x.reshape(-1, n, p).transpose(0, 1)
    return torch.bmm(rows, weight.transpose(1, 2)).transpose(0, 1).reshape(*x.shape[:-1], n * q)


def ids(b, l):
    return (torch.arange(b * l) * 7919 + 101).remainder(30522).reshape(b, l)


def torch_passes(layers, b, l, repeat):
    """In a process of its own: times of passes with and without kept filters, peak memory, the first values."""
    torch.set_num_threads(2)
    w = weights(layers, l)
    model, x = Encoder(w, layers), ids(b, l)
    h = model.forward(x, True)
    timed = {}
    for what, keep in (("kept", True), ("computed", False)):
        times = []
        for _ in range(repeat):
            started = time.perf_counter()
            model.forward(x, keep)
            times.append((time.perf_counter() - started) * 1e3)
        timed[what] = times
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({**timed, "peak_mb": peak, "first": h[0, 0, :8].tolist()}))


def run(command):
    out = subprocess.run(command, capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{out.stderr}")
    return json.loads(out.stdout)


def median(values):
    return sorted(values)[len(values) // 2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ember", default="target/release/ember")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--shape", action="append", help="BATCH,LENGTH")
    parser.add_argument("--repeat", type=int, default=5, help="passes of each kind in a turn")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--torch", nargs=2, type=int, metavar=("BATCH", "LENGTH"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.torch:
        return torch_passes(args.layers, *args.torch, args.repeat)
    for shape in args.shape or ["1,128"]:
        b, l = map(int, shape.split(","))
        times = {(who, what): [] for who in ("ember", "torch") for what in ("kept", "vectors", "computed")}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.safetensors")
            save_safetensors(weights(args.layers, l), path)
            size = ["--length", str(l), "--batch", str(b), "--repeat", str(args.repeat)]
            for _ in range(args.turns):
                ember = run([args.ember, "bench", "m2", "--model", path, *size, "--json"])
                times["ember", "kept"].append(ember["filters_kept_ms"])
                times["ember", "vectors"].append(ember["first_tokens_ms"])
                times["ember", "computed"].append(ember["filters_computed_ms"])
                command = [sys.executable, __file__, "--torch", str(b), str(l)]
                peer = run([*command, "--layers", str(args.layers), "--repeat", str(args.repeat)])
                times["torch", "kept"] += peer["kept"]
                times["torch", "vectors"] += peer["kept"]
                times["torch", "computed"] += peer["computed"]
        worst = max(abs(x - y) for x, y in zip(ember["hidden_first_8"], peer["first"]))
        if not worst < 1e-3:
            sys.exit(f"the sides disagree at {shape}: {ember['hidden_first_8']} and {peer['first']}")
        row = {"batch": b, "length": l, "difference": worst}
        for (who, what), values in times.items():
            row[f"{who}_{what}_ms"] = round(median(values), 1)
        for what in ("kept", "vectors", "computed"):
            row[f"ratio_{what}"] = round(row[f"torch_{what}_ms"] / row[f"ember_{what}_ms"], 2)
        row["ember_peak_mb"] = round(ember["resident_peak_bytes"] / 1e6)
        row["torch_peak_mb"] = round(peer["peak_mb"])
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
