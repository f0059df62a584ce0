#!/usr/bin/env python3
"""Record what real MLX makes of kernels and of misuse, as goldens for Emberforge's tests.

MLX calls no custom kernel without Metal, but while `mx.export_function` traces a function the call is allowed, and the
export callback then sees the complete Metal source that MLX generated. So the CPU wheel on Linux is enough:

    python3 -m venv /tmp/mlxenv && /tmp/mlxenv/bin/pip install 'mlx[cpu]==0.32.4'
    /tmp/mlxenv/bin/python tests/oracle/record_signatures.py

Run from anywhere. It rewrites tests/golden/signatures.json and tests/golden/call_errors.json next to this folder; with
the same MLX version the result is the same byte for byte.

signatures.json: one case per kernel. Dtypes have Emberforge's short names, in templates too (a string there is always a
dtype). `mlx_bug` is null, or the number of the generator bug that the case shows:
  1  two or more outputs, a `_shape`, `_strides` or `_ndim` in the body, no attribute: the first output closes the list
  2  `x_shape` in the body while x is 0-d: no such parameter
  3  parameters are found as substrings: a local `max_shape` gives input x a shape parameter
  4  attributes are found as substrings of the body: one in a comment counts, one in the header does not,
     and `dispatch_threads_per_threadgroup` brings `threads_per_threadgroup`

call_errors.json: one case per misuse (and some near-misuses that MLX accepts: `exception` null). `python` is the
expression that was evaluated, with `make(...)` and `call(...)` as defined below.
"""

import json
import pathlib

import mlx.core as mx

WANTED = "0.32.4"
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"

DTYPES = {
    "bool": mx.bool_, "u8": mx.uint8, "u16": mx.uint16, "u32": mx.uint32, "u64": mx.uint64,
    "i8": mx.int8, "i16": mx.int16, "i32": mx.int32, "i64": mx.int64,
    "f16": mx.float16, "bf16": mx.bfloat16, "f32": mx.float32, "c64": mx.complex64,
}  # fmt: skip

ATTRIBUTES = [
    "dispatch_quadgroups_per_threadgroup", "dispatch_simdgroups_per_threadgroup",
    "dispatch_threads_per_threadgroup", "grid_origin", "grid_size", "quadgroup_index_in_threadgroup",
    "quadgroups_per_threadgroup", "simdgroup_index_in_threadgroup", "simdgroups_per_threadgroup",
    "thread_execution_width", "thread_index_in_quadgroup", "thread_index_in_simdgroup",
    "thread_index_in_threadgroup", "thread_position_in_grid", "thread_position_in_threadgroup",
    "threadgroup_position_in_grid", "threadgroups_per_grid", "threads_per_grid", "threads_per_simdgroup",
    "threads_per_threadgroup",
]  # fmt: skip
THREE_DIMENSIONAL = {
    "dispatch_threads_per_threadgroup", "grid_origin", "grid_size", "thread_position_in_grid",
    "thread_position_in_threadgroup", "threadgroup_position_in_grid", "threadgroups_per_grid", "threads_per_grid",
    "threads_per_threadgroup",
}  # fmt: skip


def trace(function, *args):
    """The generated kernels that `function` calls, as (kernel name, full source)."""
    found = []

    def callback(event):
        if event.get("type") == "primitive" and event.get("name") == "CustomKernel":
            found.append(event["arguments"][:2])

    mx.export_function(callback, function, *args)
    return found


# ------------------------------------------------------------------------------------------------------- signatures

CASES = []


def array(text):
    """`f32[2,3]` -> a traced-sized array; `f32[]` is 0-d."""
    dtype, _, dims = text.partition("[")
    shape = [int(d) for d in dims.rstrip("]").split(",") if d]
    return dtype, shape


def case(case_name, source, ins, outs, template=(), header="", name="k", atomic=False, math_mode="safe", bug=None):
    """`ins` and `outs` are text such as `x f32[8], n i32[]`."""
    CASES.append((case_name, source, ins, outs, list(template), header, name, atomic, math_mode, bug))


def split(text):
    """`x f32[8], n i32[]` -> [(name, dtype, shape)]"""
    result = []
    for part in text.split("],"):
        if part.strip():
            name, kind = part.strip().split(" ")
            result.append((name, *array(kind.rstrip("]") + "]")))
    return result


def record(case_name, source, ins, outs, template, header, name, atomic, math_mode, bug):
    ins, outs = split(ins), split(outs)
    kernel = mx.fast.metal_kernel(
        name=name,
        input_names=[n for n, _, _ in ins],
        output_names=[n for n, _, _ in outs],
        source=source,
        header=header,
        atomic_outputs=atomic,
        compile_options={"math_mode": math_mode},
    )
    found = trace(
        lambda *arrays: kernel(
            inputs=list(arrays),
            output_shapes=[s for _, _, s in outs],
            output_dtypes=[DTYPES[d] for _, d, _ in outs],
            grid=(8, 1, 1),
            threadgroup=(8, 1, 1),
            template=[(n, DTYPES[v] if isinstance(v, str) else v) for n, v in template],
            stream=mx.gpu,
        ),
        *[mx.zeros(s, dtype=DTYPES[d]) for _, d, s in ins],
    )
    assert len(found) == 1, (case_name, len(found))
    kernel_name, expected = found[0]
    port = lambda ports: [{"name": n, "dtype": d, "shape": s} for n, d, s in ports]
    return {
        "case": case_name, "name": name, "math_mode": math_mode, "atomic_outputs": atomic, "mlx_bug": bug,
        "inputs": port(ins), "outputs": port(outs), "template": [list(t) for t in template],
        "header": header, "source": source,
        "kernel_name": kernel_name, "expected": expected,
    }  # fmt: skip


COPY = "uint i = thread_position_in_grid.x;\nout[i] = x[i];"


def signature_cases():
    for d in DTYPES:
        case(f"dtype {d}", COPY, f"x {d}[8]", f"out {d}[8]")
    for size in range(9):
        case(f"size {size}", COPY, f"x f32[{size}]", f"out f32[{max(size, 1)}]")
    for d in ("bool", "u8", "i32", "i64", "f16", "f32", "c64"):
        case(f"0-d {d}", "uint i = thread_position_in_grid.x;\nout[i] = x;", f"x {d}[]", f"out {d}[8]")
    for text in ("1,1,1", "2,3", "7,1", "2,4", "0,4", "1,2,2,2"):
        case(f"shape ({text})", COPY, f"x f32[{text}]", "out f32[8]")
    case("0-d output", "out[0] = x[thread_index_in_threadgroup];", "x f32[8]", "out f32[]")
    case("no inputs", "out[thread_position_in_grid.x] = 1;", "", "out f32[8]")
    case("unused inputs", "out[thread_position_in_grid.x] = 1;", "x f32[8], n i32[], w f16[3]", "out f32[8]")

    # Shapes, strides and ndim.
    at = "uint i = thread_position_in_grid.x;\n"
    case("shape", at + "out[i] = x_shape[0];", "x f32[2,4]", "out i32[8]")
    case("strides", at + "out[i] = x_strides[1];", "x f32[2,4]", "out i64[8]")
    case("ndim", at + "out[i] = x_ndim;", "x f32[2,4]", "out i32[8]")
    case("shape and ndim", at + "out[i] = x_shape[x_ndim - 1];", "x f32[2,4]", "out i32[8]")
    case("ndim before strides before shape in the body", at + "out[i] = x_ndim + x_strides[0] + x_shape[0];",
         "x f32[2,4]", "out i32[8]")  # fmt: skip
    case("all three", at + "out[i] = x[elem_to_loc(i, x_shape, x_strides, x_ndim)];", "x f32[2,4]", "out f32[8]")
    case("shape of a constant input", at + "out[i] = x_shape[0];", "x f32[2,2]", "out i32[8]")
    case("shape of an empty input", at + "out[i] = x_shape[0];", "x f32[0,4]", "out i32[8]")
    case("shapes of two inputs", at + "out[i] = a_shape[0] + b_strides[0];", "a f32[8], b f16[8]", "out i32[8]")
    case("shape of the middle input", at + "out[i] = b_shape[0];", "a f32[8], b f32[8], c f32[8]", "out i32[8]")
    case("three inputs, everything", at + "out[i] = a_shape[0] + a_ndim + b_strides[0] + c_shape[0] + c_strides[0] + c_ndim;",
         "a f32[8], b i8[2], c bool[2,5]", "out i32[8]")  # fmt: skip
    case("shape of an output has no parameter", at + "out[i] = out_shape[0];", "x f32[8]", "out i32[8]")
    case("shape in a comment", at + "// x_shape\nout[i] = 0;", "x f32[8]", "out i32[8]", bug=3)
    case("shape in the header", at + "out[i] = LAST;", "x f32[8]", "out i32[8]", header="#define LAST x_shape[0]\n")
    case("no attribute, one output, shape", "out[0] = x_shape[0];", "x f32[8]", "out i32[8]")

    # Templates.
    for label, value in (("true", True), ("false", False), ("0", 0), ("7", 7), ("-3", -3), ("max", 2**31 - 1), ("min", -(2**31))):
        case(f"template {'bool' if isinstance(value, bool) else 'int'} {label}", at + "out[i] = N;", "x f32[8]", "out i32[8]", [("N", value)])
    for d in DTYPES:
        case(f"template dtype {d}", at + "out[i] = T(x[i]);", "x f32[8]", "out f32[8]", [("T", d)])
    mixed = [("T", "f32"), ("B", True), ("N", -3), ("U", "bf16"), ("M", 64)]
    case("template mixed", at + "out[i] = T(x[i]) * N + (B ? U(1) : U(M));", "x f32[8]", "out f32[8]", mixed)
    case("template unused", at + "out[i] = x[i];", "x f32[8]", "out f32[8]", [("T", "f16")])
    case("template twice the same name", at + "out[i] = T(x[i]);", "x f32[8]", "out f32[8]", [("T", "f16"), ("T", "f32")])
    case("template, 0-d and constant inputs", at + "out[i] = T(x[i % 4] * s);", "x f16[4], s f32[]", "out f16[8]", [("T", "f16")])

    # Outputs.
    two = at + "a[i] = x[i];\nb[i] = i;"
    case("two outputs", two, "x f32[8]", "a f32[8], b u32[8]")
    case("three outputs and a shape", two + "\nc[i] = x_shape[0];", "x f32[8]", "a f32[8], b u32[8], c i32[8]")
    case("two outputs, no attribute, no shape", "a[0] = x[0];\nb[0] = 1;", "x f32[8]", "a f32[8], b u32[8]")
    for d in ("f32", "i32", "u32", "u64", "bool"):
        case(f"atomic {d}", at + "atomic_fetch_add_explicit(&out[0], x[i], memory_order_relaxed);", f"x {d}[8]", f"out {d}[1]", atomic=True)
    case("atomic, two outputs", at + "atomic_fetch_add_explicit(&a[0], x[i], memory_order_relaxed);\natomic_fetch_add_explicit(&b[0], 1u, memory_order_relaxed);",
         "x f32[8]", "a f32[1], b u32[1]", atomic=True)  # fmt: skip
    case("atomic, template", at + "atomic_fetch_add_explicit(&out[0], T(x[i]), memory_order_relaxed);", "x f16[8]", "out f32[1]", [("T", "f32")], atomic=True)

    # Attributes.
    for a in ATTRIBUTES:
        case(f"attribute {a}", f"out[0] = {a}{'.y' if a in THREE_DIMENSIONAL else ''};", "x f32[8]", "out u32[8]",
             bug=4 if a.startswith("dispatch_") else None)  # fmt: skip
    every = " + ".join(a + (".x" if a in THREE_DIMENSIONAL else "") for a in reversed(ATTRIBUTES))
    case("every attribute, body in reverse order", f"out[0] = {every};", "x f32[8]", "out u32[8]")
    case("two attributes and a shape", "out[thread_position_in_grid.x] = thread_index_in_simdgroup + x_shape[0];", "x f32[8]", "out u32[8]")
    case("no attribute", "out[0] = x[0];", "x f32[8]", "out f32[8]")
    case("attribute twice", at + "uint j = thread_position_in_grid.y;\nout[i] = j;", "x f32[8]", "out u32[8]")

    # Headers and bodies as text.
    helper = "inline float twice(float v) { return v + v; }"
    use = at + "out[i] = twice(x[i]);"
    case("header without newline", use, "x f32[8]", "out f32[8]", header=helper)
    case("header with newline", use, "x f32[8]", "out f32[8]", header=helper + "\n")
    case("header without newline, template", use, "x f32[8]", "out f32[8]", [("T", "f32")], header=helper)
    case("header ends in a comment without newline", use, "x f32[8]", "out f32[8]", header=helper + " // doubles")
    case("header with a template and a define", at + "out[i] = pick<2>(x + i) * K;", "x f32[16]", "out f32[8]",
         header="#define K 3\ntemplate <int N, typename P>\nfloat pick(P p) { return p[N]; }\n")  # fmt: skip
    case("body with newlines at both ends", "\n    " + at + "    out[i] = x[i];\n", "x f32[8]", "out f32[8]")
    case("body without a newline", "out[thread_position_in_grid.x] = x[0];", "x f32[8]", "out f32[8]")
    case("body is empty", "", "x f32[8]", "out f32[8]")
    case("body ends in a comment", COPY + " // done", "x f32[8]", "out f32[8]")
    case("body with a tab, a carriage return and non-ASCII", "\tout[0] = x[0]; // caf\u00e9\r\n", "x f32[8]", "out f32[8]")

    # Names.
    case("name with digits and underscores", COPY, "x f32[8]", "out f32[8]", name="a_2_b__3")
    case("name with a hyphen", COPY, "x f32[8]", "out f32[8]", name="my-kernel")
    case("name is empty", COPY, "x f32[8]", "out f32[8]", name="")
    case("name, every suffix", at + "out[i] = a[i] + b[i] + c;", "a f32[8], b bf16[7], c u8[], d c64[2], e bool[0]", "out f16[8]", name="add")
    case("name, template and suffixes", at + "out[i] = T(a[i] * N);", "a i64[3]", "out u16[8], q i8[8]", [("T", "u16"), ("N", -12), ("B", False)], name="add")
    case("input name that starts like a type", at + "out[i] = float3_[i];", "float3_ f32[8]", "out f32[8]")
    case("input named twice", at + "out[i] = x[i];", "x f32[8], x f32[8]", "out f32[8]")
    case("input named like the output", at + "x[i] = 1;", "x f32[8]", "x f32[8]")
    for mode in ("relaxed", "fast"):
        case(f"math mode {mode}", at + "out[i] = exp(x[i]);", "x f32[8]", "out f32[8]", math_mode=mode)

    # The kernels of MLX's documentation, by their interfaces.
    case("documented: exp", "uint k = thread_position_in_grid.x;\nT v = inp[k];\nout[k] = metal::exp(v);\n",
         "inp f16[4,16]", "out f16[4,16]", [("T", "f32")], name="myexp")  # fmt: skip
    case("documented: exp of a strided view", "uint k = thread_position_in_grid.x;\nT v = inp[elem_to_loc(k, inp_shape, inp_strides, inp_ndim)];\nout[k] = metal::exp(v);\n",
         "inp f16[4,16]", "out f16[4,16]", [("T", "f32")], name="myexp_strided")  # fmt: skip
    case("documented: grid sample", "uint k = thread_position_in_grid.x;\nint c = k % x_shape[3];\nfloat u = (grid[k / x_shape[3] * 2] + 1) * x_shape[2];\nout[k] = grid_shape[1] > 0 ? T(u) : x[c];\n",
         "x f32[2,6,7,4], grid f32[2,3,5,2]", "out f32[2,3,5,4]", [("T", "f32")], name="grid_sample")  # fmt: skip
    case("documented: grid sample gradient", "uint k = thread_position_in_grid.x;\nint padded = ceildiv(x_shape[3], threads_per_simdgroup) * threads_per_simdgroup;\nT g = simd_sum(T(cotangent[k / padded]));\natomic_fetch_add_explicit(&x_grad[0], g * x[0], memory_order_relaxed);\nif (thread_index_in_simdgroup == 0) {\n    atomic_fetch_add_explicit(&grid_grad[grid_shape[0]], g * grid[0], memory_order_relaxed);\n}\n",
         "x f32[2,6,7,4], grid f32[2,3,5,2], cotangent f32[2,3,5,4]", "x_grad f32[2,6,7,4], grid_grad f32[2,3,5,2]",
         [("T", "f32")], name="grid_sample_grad", atomic=True)  # fmt: skip

    # MLX's own bugs.
    case("bug 1: two outputs", "a[0] = x_shape[0];\nb[0] = 1;", "x f32[8]", "a i32[8], b f32[8]", bug=1)
    case("bug 1: three outputs, two parameters", "a[0] = x_shape[0];\nb[0] = x_ndim;\nc[0] = 1;", "x f32[8]", "a i32[8], b i32[8], c f32[8]", bug=1)
    case("bug 1: two inputs, atomic", "atomic_store_explicit(&a[0], y_strides[0], memory_order_relaxed);\natomic_store_explicit(&b[0], 1, memory_order_relaxed);",
         "x f32[8], y f32[8]", "a i32[1], b i32[1]", atomic=True, bug=1)  # fmt: skip
    case("bug 1: with a template", "a[0] = T(x_shape[0]);\nb[0] = 1;", "x f32[8]", "a i32[8], b f32[8]", [("T", "i32")], bug=1)
    for suffix in ("shape", "strides", "ndim"):
        case(f"bug 2: {suffix} of a 0-d input", at + f"out[i] = x_{suffix}{'' if suffix == 'ndim' else '[0]'};", "x f32[]", "out i32[8]", bug=2)
    case("bug 3: a local name", at + "int max_shape = 3;\nout[i] = x[i] + max_shape;", "x f32[8]", "out f32[8]", bug=3)
    case("bug 3: one input's name ends another's", at + "out[i] = xx_shape[0];", "x f32[8], xx f32[8]", "out i32[8]", bug=3)
    case("bug 3: longer on the right", at + "int x_ndims = 2;\nout[i] = x_ndims;", "x f32[8]", "out i32[8]", bug=3)
    case("bug 4: attribute in a comment", at + "// not threads_per_grid\nout[i] = x[i];", "x f32[8]", "out f32[8]", bug=4)
    case("bug 4: attribute in a block comment only", "/* thread_position_in_grid */ out[0] = x[0];", "x f32[8]", "out f32[8]", bug=4)
    case("bug 4: attribute in a longer identifier", at + "uint my_grid_size_2 = 1;\nout[i] = my_grid_size_2;", "x f32[8]", "out u32[8]", bug=4)
    case("bug 4: attribute in the header only", "out[INDEX] = x[INDEX];", "x f32[8]", "out f32[8]", header="#define INDEX thread_position_in_grid.x\n", bug=4)


# ------------------------------------------------------------------------------------------------------ call errors


def make(**changes):
    """A constructor call with sound arguments, changed; a change of `Ellipsis` removes the argument."""
    args = {"name": "k", "input_names": ["x"], "output_names": ["out"], "source": COPY, **changes}
    return mx.fast.metal_kernel(**{k: v for k, v in args.items() if v is not ...})


def call(kernel=None, **changes):
    """A sound call of `kernel` (one input, one output), changed, inside a trace."""
    kernel = kernel or make()

    def traced(x):
        args = {
            "inputs": [x], "output_shapes": [(8,)], "output_dtypes": [mx.float32], "grid": (8, 1, 1),
            "threadgroup": (8, 1, 1), **{k: (v(x) if callable(v) else v) for k, v in changes.items()},
        }  # fmt: skip
        return kernel(**{k: v for k, v in args.items() if v is not ...})

    return trace(traced, mx.zeros((8,)))


def transform(name):
    """A call under one of MLX's transformations."""
    kernel = make()

    def run(x):
        (y,) = kernel(inputs=[x], output_shapes=[(8,)], output_dtypes=[mx.float32], grid=(8, 1, 1), threadgroup=(8, 1, 1))
        return y

    wrapped = {
        "grad": lambda x: mx.grad(lambda v: run(v).sum())(x),
        "jvp": lambda x: mx.jvp(run, [x], [x])[1],
        "vmap": lambda x: mx.vmap(run)(mx.stack([x, x])),
    }[name]
    return trace(wrapped, mx.zeros((8,)))


def eager():
    """A call outside a trace, on a machine without Metal."""
    return make()(inputs=[mx.zeros((8,))], output_shapes=[(8,)], output_dtypes=[mx.float32], grid=(8, 1, 1), threadgroup=(8, 1, 1))


MISUSE = {
    "constructor": [
        "make()",
        "make(output_names=[])",
        "make(input_names=[])",
        "make(input_names=('x',))",
        "make(input_names='x')",
        "make(output_names='out')",
        "make(input_names=['x', 'x'])",
        "make(name='')",
        "make(name='my-kernel')",
        "make(source='')",
        "make(name=1)",
        "make(name=...)",
        "make(input_names=...)",
        "make(output_names=...)",
        "make(source=...)",
        "make(header=None)",
        "make(shared_memory=0)",
        "make(compile_options={})",
        "make(compile_options=None)",
        "make(compile_options=[('math_mode', 'safe')])",
        "make(compile_options={'fast': True})",
        "make(compile_options={'math_mode': 'quick'})",
        "make(compile_options={'math_mode': 'SAFE'})",
        "make(compile_options={'math_mode': 1})",
        "make(compile_options={'math_mode': 'quick', 'fast': True})",
    ],
    "call": [
        "call()",
        "call(inputs=...)",
        "call(output_shapes=...)",
        "call(output_dtypes=...)",
        "call(grid=...)",
        "call(threadgroup=...)",
        "call(shared_memory=0)",
        "call(inputs=[])",
        "call(inputs=lambda x: [x, x])",
        "call(inputs=lambda x: x)",
        "call(inputs=None)",
        "call(inputs=[None])",
        "call(inputs=[[1.0, 2.0]])",
        "call(inputs=['x'])",
        "call(inputs=[True])",
        "call(inputs=[3])",
        "call(inputs=[2**40])",
        "call(inputs=[2**64])",
        "call(inputs=[1.5])",
        "call(inputs=[1j])",
        "call(inputs=[mx.array(1.0, dtype=mx.float64)])",
        "call(output_dtypes=[mx.float64])",
        "call(output_shapes=[])",
        "call(output_shapes=[(8,), (8,)])",
        "call(output_shapes=[[8]])",
        "call(output_shapes=[()])",
        "call(output_shapes=[(-1,)])",
        "call(output_shapes=(8,))",
        "call(output_shapes=[((8,),)])",
        "call(output_shapes=[(8.0,)])",
        "call(output_shapes=[8])",
        "call(output_dtypes=[])",
        "call(output_dtypes=[mx.float32, mx.float32])",
        "call(output_dtypes=[float])",
        "call(output_dtypes=['float32'])",
        "call(output_dtypes=mx.float32)",
        "call(inputs=[], output_shapes=[], output_dtypes=[])",
        "call(output_shapes=[], output_dtypes=[])",
    ],
    "grid": [
        "call(grid=[8, 1, 1])",
        "call(grid=(0, 1, 1))",
        "call(grid=(-8, 1, 1))",
        "call(grid=(True, 1, 1))",
        "call(grid=(2**31 - 1, 1, 1))",
        "call(grid=(2**31, 1, 1))",
        "call(grid=(8, 1))",
        "call(grid=(8, 1, 1, 1))",
        "call(grid=8)",
        "call(grid=None)",
        "call(grid=(8.0, 1, 1))",
        "call(grid=('8', 1, 1))",
        "call(grid=(None, 1, 1))",
        "call(grid=(mx.array(8), 1, 1))",
        "call(grid=(mx.array(8.0), 1, 1))",
        "call(grid=(mx.array([8]), 1, 1))",
        "call(grid=mx.array([8, 1, 1]))",
        "call(grid=lambda x: (x.sum().astype(mx.int32), 1, 1))",
        "call(threadgroup=(8, 1))",
        "call(threadgroup=(8.0, 1, 1))",
        "call(threadgroup=(0, 1, 1))",
        "call(threadgroup=(2048, 1, 1))",
    ],
    "template": [
        "call(template=None)",
        "call(template=[])",
        "call(template=[['N', 1]])",
        "call(template=(('N', 1),))",
        "call(template=[('N', True), ('M', mx.float16)])",
        "call(template=[('N', 1), ('N', 2)])",
        "call(template={'N': 1})",
        "call(template=[('N',)])",
        "call(template=[(1, 1)])",
        "call(template=[('N', 1.5)])",
        "call(template=[('N', 'float')])",
        "call(template=[('N', None)])",
        "call(template=[('N', float)])",
        "call(template=[('N', mx.array(1))])",
        "call(template=[('N', 2**31 - 1)])",
        "call(template=[('N', 2**31)])",
        "call(template=[('N', -(2**31) - 1)])",
        "call(template=[('N', 1.5)], inputs=[])",
        "call(init_value=0)",
        "call(init_value=0.5)",
        "call(init_value=True)",
        "call(init_value=mx.array(0.5))",
        "call(init_value=1j)",
        "call(init_value='0')",
        "call(stream=mx.gpu)",
        "call(stream=mx.cpu)",
        "call(stream='gpu')",
        "call(stream=mx.cpu, inputs=[])",
    ],
    "elsewhere": [
        "eager()",
        "transform('grad')",
        "transform('jvp')",
        "transform('vmap')",
    ],
}


def record_misuse(group, python):
    try:
        eval(python)
        exception, message = None, None
    except Exception as error:
        exception, message = type(error).__name__, str(error)
    return {"group": group, "python": python, "exception": exception, "message": message}


# ----------------------------------------------------------------------------------------------------------- output


def write(path, cases, line_breaks):
    """JSON with one case per few lines: a new line before each key in `line_breaks`."""
    text = lambda value: json.dumps(value, ensure_ascii=False)
    blocks = []
    for entry in cases:
        block = "{"
        for i, (key, value) in enumerate(entry.items()):
            block += ("\n " if key in line_breaks else " " if i else "") + f"{text(key)}: {text(value)},"
        blocks.append(block.rstrip(",") + "}")
    path.write_text("[\n" + ",\n".join(blocks) + "\n]\n", encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8")) == cases
    print(f"{path.relative_to(GOLDEN.parent.parent)}: {len(cases)} cases, {path.stat().st_size} bytes")


def main():
    if mx.__version__ != WANTED:
        raise SystemExit(f"the goldens are of MLX {WANTED}, this is {mx.__version__}")
    GOLDEN.mkdir(exist_ok=True)
    signature_cases()
    names = [c[0] for c in CASES]
    assert len(set(names)) == len(names), "case names repeat"
    write(GOLDEN / "signatures.json", [record(*c) for c in CASES], {"inputs", "outputs", "header", "source", "kernel_name", "expected"})
    misuse = [record_misuse(group, python) for group, lines in MISUSE.items() for python in lines]
    write(GOLDEN / "call_errors.json", misuse, {"exception", "message"})


if __name__ == "__main__":
    main()
