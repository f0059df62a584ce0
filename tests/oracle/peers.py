"""Measures numpy, scipy, torch and mlx on the shapes of `cargo bench -p emberforge-array --bench figures`, beside ours.

    cargo bench -p emberforge-array --bench figures --no-run
    python tests/oracle/peers.py --install /tmp/peers      # once: makes the environment, then measures
    /tmp/peers/bin/python tests/oracle/peers.py            # measures with what this Python has

Every round runs our benchmark's section `shapes` and then each peer, so that all meet the machine in the same states; the
table gives medians over the rounds and how many times longer the peer took. The last line is the same as JSON. `--threads 1`
gives everyone one core.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["numpy", "scipy", "torch", "mlx[cpu]"]
N = 16 << 20
CHANNELS, LENGTH = 768, 8192


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--install", metavar="FOLDER", help="make a virtual environment with the peers there, and use it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, help="cores for everyone; all of them without it")
    args = parser.parse_args()
    if args.install:
        folder = pathlib.Path(args.install)
        python = folder / "bin" / "python"
        if not python.exists():
            venv.create(folder, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        rest = [a for i, a in enumerate(sys.argv[1:], 1) if a != "--install" and sys.argv[i - 1] != "--install"]
        os.execv(python, [str(python), __file__, *rest])
    if args.threads:
        # Every library counts the cores it may run on, and so do the benchmarks started from here (Linux).
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: args.threads])
    peers = {name: make(args.threads) for name, make in PEERS.items() if importlib.util.find_spec(name.split(".")[0])}
    bench = ours()
    times = {}
    for _ in range(args.rounds):
        for line in subprocess.run([bench, "shapes"], check=True, capture_output=True, text=True).stdout.splitlines():
            shape, seconds = line.split("\t")
            times.setdefault(shape, {}).setdefault("emberforge", []).append(float(seconds))
        for peer, cases in peers.items():
            for shape, run in cases.items():
                times.setdefault(shape, {}).setdefault(peer, []).append(once(run))
    result = {shape: {who: statistics.median(list) for who, list in by.items()} for shape, by in times.items()}
    for shape, by in result.items():
        base = by.get("emberforge")
        cells = [f"{who} {t * 1e3:.2f} ms" + (f" ({t / base:.2f}x)" if base and who != "emberforge" else "") for who, t in by.items()]
        print(f"{shape:<18}" + "  ".join(cells))
    print(json.dumps(result))


def ours():
    """The newest benchmark that cargo built."""
    found = [p for p in (ROOT / "target" / "release" / "deps").glob("figures-*") if os.access(p, os.X_OK) and not p.suffix]
    found.sort(key=lambda p: p.stat().st_mtime)
    for path in reversed(found):
        # Another crate has a benchmark of this name, which does not know the section.
        answer = subprocess.run([path, "shapes"], capture_output=True, text=True)
        if "\t" in answer.stdout:
            return path
    sys.exit("build the benchmark first: cargo bench -p emberforge-array --bench figures --no-run")


def once(run, repeat=5):
    """Median seconds after a warm-up."""
    run()
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def numpy_cases(_threads):
    import numpy as np

    x = np.full(N, 1.5, np.float32)
    cube = x.reshape(256, 256, 256)
    a, b = np.ones((512, 768), np.float32), np.ones((768, 3072), np.float32)
    two, one, half, three, more = (np.float32(v) for v in (2, 1, 0.5, 3, 1.25))
    return {
        "chain of 5": lambda: ((x * two + one) * half - three) * more,
        "sum all": lambda: cube.sum(),
        "sum last": lambda: cube.sum(2),
        "sum middle": lambda: cube.sum(1),
        "sum first": lambda: cube.sum(0),
        "matmul": lambda: a @ b,
    }


def scipy_cases(threads):
    import numpy as np
    import scipy.fft as fft

    u, k = np.ones((1, CHANNELS, LENGTH), np.float32), np.full((CHANNELS, LENGTH), 0.5, np.float32)
    n, workers = 2 * LENGTH, threads or os.cpu_count()

    def long_conv():
        product = fft.rfft(u, n, workers=workers) * fft.rfft(k, n, workers=workers)
        return fft.irfft(product, n, workers=workers)[..., :LENGTH]

    return {"long_conv": long_conv}


def torch_cases(threads):
    import torch

    if threads:
        torch.set_num_threads(threads)
    x = torch.full((N,), 1.5)
    cube = x.reshape(256, 256, 256)
    a, b = torch.ones(512, 768), torch.ones(768, 3072)
    u, k = torch.ones(1, CHANNELS, LENGTH), torch.full((CHANNELS, LENGTH), 0.5)
    n = 2 * LENGTH
    return {
        "long_conv": lambda: torch.fft.irfft(torch.fft.rfft(u, n) * torch.fft.rfft(k, n), n)[..., :LENGTH],
        "chain of 5": lambda: ((x * 2 + 1) * 0.5 - 3) * 1.25,
        "sum all": lambda: cube.sum(),
        "sum last": lambda: cube.sum(2),
        "sum middle": lambda: cube.sum(1),
        "sum first": lambda: cube.sum(0),
        "matmul": lambda: a @ b,
    }


def mlx_cases(_threads):
    import mlx.core as mx

    mx.set_default_device(mx.cpu)
    x = mx.full([N], 1.5)
    cube = mx.contiguous(mx.reshape(x + 0, [256, 256, 256]))
    a, b = mx.ones([512, 768]) + 0, mx.ones([768, 3072]) + 0
    mx.eval(x, cube, a, b)
    chain = mx.compile(lambda x: ((x * 2 + 1) * 0.5 - 3) * 1.25)
    return {
        "chain of 5": lambda: mx.eval(chain(x)),
        "sum all": lambda: mx.eval(cube.sum()),
        "sum last": lambda: mx.eval(cube.sum(2)),
        "sum middle": lambda: mx.eval(cube.sum(1)),
        "sum first": lambda: mx.eval(cube.sum(0)),
        "matmul": lambda: mx.eval(a @ b),
    }


PEERS = {"numpy": numpy_cases, "scipy": scipy_cases, "torch": torch_cases, "mlx.core": mlx_cases}

if __name__ == "__main__":
    main()
