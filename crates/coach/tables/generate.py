"""Writes mlx-<minor>.tsv: what each mlx.core function returns, measured and read from MLX's own stubs.

Run with the MLX to describe:  python generate.py > mlx-0.32.tsv
Columns: name, rule, parameter names. Rules (of the dtype of the result):
  same     as the first argument               float    as the first argument; integers become float32
  total    as the first argument; integers become at least 32 bits wide, bool becomes int32
  promote  of the first two arguments          pfloat   the same, integers become float32
  bool u32 i32 f32 c64   always this one       default  float32 unless dtype= says otherwise
  array    an array whose dtype we do not know list     a list of arrays
  tuple    a tuple of arrays                   other    not an array
"""

import ast
import importlib
import pathlib

import mlx.core as mx

ROOT = pathlib.Path(mx.__file__).parent
NAMES = {mx.float32: "f32", mx.bool_: "bool", mx.uint32: "u32", mx.int32: "i32", mx.complex64: "c64"}


def probe(fn):
    h = mx.full((4, 4), 0.5, mx.float16)
    i = mx.full((4, 4), 1, mx.int16)
    b = mx.full((4, 4), 0.5, mx.bfloat16)

    def one(*args):
        try:
            r = fn(*args)
            return r.dtype if isinstance(r, mx.array) else None
        except Exception:
            return None

    u = one(h), one(b), one(i)
    if u[0] is not None or u[2] is not None:
        if u[0] is not None and u[1] is not None and u[0] == mx.float16 and u[1] == mx.bfloat16:
            return "same" if u[2] is None or u[2] == mx.int16 else "total" if u[2] == mx.int32 else "float"
        known = {x for x in u if x is not None}
        if len(known) == 1:
            return NAMES.get(known.pop(), "array")
        return "array"
    for shape in ((), (0,)):
        t = one(h, b, *shape), one(h, h, *shape), one(i, i, *shape)
        if t[1] is None and t[2] is None:
            continue
        if t[1] is not None and t[1] == mx.bool_:
            return "bool"
        if t[0] is not None and t[1] is not None and t[0] == mx.float32 and t[1] == mx.float16:
            return "promote" if (t[2] is None or t[2] == mx.int16) else "pfloat"
        if t[2] is not None and t[2] == mx.int16:
            return "promote"
        if t[1] is not None and t[1] == mx.float16:
            return "same"
    if (z := one(h, 0)) is not None and z == mx.float16:
        return "same"
    return "array"


DEFAULT = {"zeros", "ones", "full", "eye", "identity", "tri", "linspace", "normal", "uniform", "gumbel",
           "truncated_normal", "laplace", "multivariate_normal"}
FIXED = {"where": "where", "load": "other", "array": "arrayctor", "arange": "arange", "zeros_like": "same", "ones_like": "same",
         "full_like": "same", "randint": "i32", "bernoulli": "bool", "categorical": "u32", "split": "list",
         "permutation": "array", "key": "key", "concatenate": "first", "stack": "first", "asarray": "arrayctor",
         "matmul": "promote", "addmm": "promote", "expand_dims": "same", "reshape": "same", "transpose": "same",
         "swapaxes": "same", "moveaxis": "same", "flatten": "same", "unflatten": "same", "squeeze": "same",
         "broadcast_to": "same", "take": "same", "take_along_axis": "same", "pad": "same", "repeat": "same",
         "tile": "same", "roll": "same", "stop_gradient": "same", "contiguous": "same", "as_strided": "same",
         "clip": "same", "softmax": "float", "argsort": "u32", "argpartition": "u32", "rms_norm": "same",
         "layer_norm": "same", "rope": "same", "scaled_dot_product_attention": "same", "view": "array",
         "full": "full", "quantized_matmul": "same", "dequantize": "array", "outer": "promote", "inner": "promote",
         "tensordot": "promote", "einsum": "array", "conv1d": "promote", "conv2d": "promote", "conv3d": "promote",
         "conv_general": "promote", "put_along_axis": "same", "slice": "same", "slice_update": "same",
         "unfold": "same", "permutations": "array", "topk": "same", "partition": "same", "sort": "same"}


def annotation(node):
    return ast.unparse(node) if node is not None else ""


seen = {}
for file in sorted((ROOT / "core").glob("*.pyi")):
    sub = "" if file.stem == "__init__" else file.stem + "."
    module = importlib.import_module("mlx.core" + ("." + file.stem if sub else ""))
    tree = ast.parse(file.read_text())
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "array":
            for m in node.body:
                if isinstance(m, ast.FunctionDef) and not m.name.startswith("__"):
                    seen.setdefault("array." + m.name, ("method", [a.arg for a in m.args.args + m.args.kwonlyargs]))
        if not isinstance(node, ast.FunctionDef):
            continue
        a = node.args
        params = [p.arg for p in a.posonlyargs + a.args + a.kwonlyargs]
        name = sub + node.name
        ret = annotation(node.returns)
        if sub == "random." and node.name == "split":
            rule = "keys"
        elif node.name in FIXED and sub in ("", "random.", "fast.") and ("array" in ret or node.name in ("array", "where")):
            rule = FIXED[node.name]
        elif node.name in DEFAULT and sub in ("", "random."):
            rule = "default"
        elif sub == "fft.":
            rule = "c64" if "irfft" not in node.name and "freq" not in node.name and "shift" not in node.name else ("f32" if "irfft" in node.name or "freq" in node.name else "same")
        elif ret in ("array",):
            rule = probe(getattr(module, node.name))
        elif ret.startswith(("list[array", "Sequence[array")):
            rule = "list"
        elif ret.startswith("tuple[array"):
            rule = "tuple"
        else:
            rule = "array" if ret.startswith("array") else "other"
        old = seen.get(name)
        if old:
            params = old[1] + [p for p in params if p not in old[1]]
            rule = old[0]
        seen[name] = (rule, params)

seen["array"] = ("arrayctor", ["val", "dtype"])  # a class in the stubs, a constructor to us

print("# mlx " + mx.__version__ + ": generated by generate.py; do not edit")
for name in sorted(seen):
    rule, params = seen[name]
    print(name, rule, ",".join(p for p in params if p != "self"), sep="\t")
