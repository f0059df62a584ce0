#!/usr/bin/env python3
"""Run both sides of every safe fix of the linter in real MLX, over a grid of dtypes.

    python3 -m venv /tmp/mlxenv && /tmp/mlxenv/bin/pip install 'mlx[cpu]==0.32.4' numpy
    cargo build -p emberforge-coach
    /tmp/mlxenv/bin/python tests/oracle/coach_fixes.py target/debug/embercoach

Run from the repository's root. For every bad example of every rule whose fix is safe (crates/coach/tests/rules) it
lets `embercoach --fix` repair the text, runs the text before and after, calls every function in it with arrays of every
dtype of the grid, and compares what comes out: values, dtypes and shapes. It rewrites tests/golden/coach_fixes.json;
crates/coach/tests/oracle.rs checks that the record belongs to the fixes of today and holds no difference.

Verdicts: `same`; `repaired`, it raised before and does not now (the defect); `both raise`, which says
nothing about values (wrong ranks; Metal kernels, which do not run on the CPU); `differs`, which must not be.
"""

import inspect
import json
import math
import pathlib
import subprocess
import sys

import mlx.core as mx

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRID = [mx.bool_, mx.uint8, mx.uint32, mx.int8, mx.int32, mx.int64, mx.float16, mx.bfloat16, mx.float32, mx.complex64]
SHAPES = [(), (1,), (4,), (4, 4), (2, 4, 4)]


def examples(page):
    prelude, title = "", ""
    lines = iter(page.read_text().splitlines())
    for line in lines:
        if line.startswith("## "):
            title = line[3:]
        elif line.startswith("```python"):
            block = "\n".join(iter(lambda: next(lines), "```")) + "\n"
            if "prelude" in line:
                prelude = block
            elif title.startswith("Bad"):
                yield title, prelude + block


def fixed(tool, code, text):
    command = [tool, "-", "--fix", "--isolated", "--select", code, "--stdin-filename", "example.py"]
    return subprocess.run(command, input=text, capture_output=True, text=True).stdout


def plain(value):
    """A value as something that can be compared and written down."""
    if isinstance(value, mx.array):
        mx.eval(value)
        flat = value.astype(mx.float32) if value.dtype in (mx.bfloat16, mx.float16) else value
        return ["array", str(value.dtype), list(value.shape), repr(flat.tolist())]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [plain(v) for v in value]]
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if value is None or isinstance(value, (bool, int, float, str)):
        return [type(value).__name__, repr(value)]
    return type(value).__name__


def outcome(run):
    try:
        return ["gives", run()]
    except Exception as e:
        return ["raises", type(e).__name__]


def load(text):
    names = {"__name__": "example"}
    exec(compile(text, "example.py", "exec"), names)
    return names


def calls(function):
    """Arguments to try: every array parameter gets one dtype and shape, others a small number or nothing."""
    parameters = list(inspect.signature(function).parameters.values())
    for dtype in GRID:
        for shape in SHAPES:
            for with_optional in (True, False):
                arguments = []
                for p in parameters:
                    kind = str(p.annotation)
                    optional = "None" in kind or "Optional" in kind or p.default is None
                    if optional and not with_optional:
                        arguments.append(None)
                    elif "array" in kind or p.annotation is inspect.Parameter.empty:
                        arguments.append((dtype, shape))
                    else:
                        arguments.append(2)
                yield arguments


def array(dtype, shape):
    count = math.prod(shape)
    return (mx.arange(count) % 3).reshape(shape).astype(dtype)


def value_of(function, arguments):
    return plain(function(*[array(*a) if isinstance(a, tuple) else a for a in arguments]))


def verdict(before, after):
    if before[0] == after[0] == "raises":
        return "both raise"
    if before == after:
        return "same"
    return "repaired" if before[0] == "raises" and after[0] == "gives" else "differs"


def compare(before_text, after_text):
    """Counts of verdicts, and the differences."""
    counts, differences = {}, []

    def note(what, before, after):
        v = verdict(before, after)
        counts[v] = counts.get(v, 0) + 1
        if v == "differs":
            differences.append([what, before, after])

    before, after = outcome(lambda: load(before_text)), outcome(lambda: load(after_text))
    named = lambda o: ["gives", {n: plain(v) for n, v in sorted(o[1].items()) if isinstance(v, mx.array)}] if o[0] == "gives" else o
    note("module", named(before), named(after))
    if before[0] == after[0] == "gives":
        for name, function in sorted(before[1].items()):
            if not inspect.isfunction(function) or function.__module__ != "example":
                continue
            for arguments in calls(function):
                sides = [outcome(lambda side=side: value_of(side[1][name], arguments)) for side in (before, after)]
                note(f"{name}{arguments}", *sides)
    return counts, differences


def main():
    tool = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/debug/embercoach")
    mx.set_default_device(mx.cpu)
    rules = json.loads(subprocess.run([tool, "rules", "--json"], capture_output=True, text=True, check=True).stdout)
    record = []
    for rule in rules:
        page = ROOT / "crates/coach/tests/rules" / f"{rule['code']}.md"
        if rule["fix"] != "safe" or not page.exists():
            continue
        for title, text in examples(page):
            repaired = fixed(tool, rule["code"], text)
            if repaired == text:
                continue
            counts, differences = compare(text, repaired)
            record.append({"rule": rule["code"], "example": title, "fixed": repaired, "runs": dict(sorted(counts.items())),
                           "differs": differences[:3]})
    out = ROOT / "tests/golden/coach_fixes.json"
    out.write_text(json.dumps({"mlx": mx.__version__, "examples": record}, indent=1) + "\n")
    total = {}
    for entry in record:
        for v, n in entry["runs"].items():
            total[v] = total.get(v, 0) + n
    print(f"{len(record)} fixes of {len({e['rule'] for e in record})} rules: {total}")
    for entry in record:
        for what in entry["differs"]:
            print(entry["rule"], entry["example"], what)


main()
