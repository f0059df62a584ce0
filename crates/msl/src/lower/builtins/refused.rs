//! Names that Metal or another language has and kernel bodies here cannot call: what to say, and the way instead.

use super::super::value::{Poison, Result, Value};
use super::args::Call;
use emberforge_base::Diagnostic;

/// Names, what they are, and the way.
const REFUSED: &[(&[&str], &str, &str)] = &[
    (
        &["assert"],
        "a kernel cannot stop the host",
        "write a flag to an extra output, or use `static_assert` for what is known when the kernel is compiled",
    ),
    (
        &["os_log", "os_log_default", "printf", "print"],
        "printing from a kernel is not supported",
        "write what you want to see to an extra output",
    ),
    (
        &["texture1d", "texture2d", "texture3d", "texture_buffer", "sampler", "depth2d"],
        "textures and samplers cannot be bound by `metal_kernel`",
        "read the data from an input array",
    ),
    (
        &[
            "intersector",
            "intersection_query",
            "instance_acceleration_structure",
            "primitive_acceleration_structure",
        ],
        "ray tracing is not supported",
        "kernel bodies compute on arrays only",
    ),
    (
        &["imageblock", "imageblock_slice", "discard_fragment", "dfdx", "dfdy", "fwidth"],
        "this belongs to graphics shaders, not to compute kernels",
        "kernel bodies compute on arrays only",
    ),
    (
        &["tensor", "matmul2d", "tensor_inline", "tensor_handle", "cooperative_tensor", "convolution2d"],
        "Metal 4 tensor operations are not supported",
        "use `simdgroup_matrix`",
    ),
    (
        &["simdgroup_async_copy", "async_copy", "simdgroup_event", "wait_simdgroup_events"],
        "asynchronous copies are not supported (they are no public part of Metal)",
        "copy in a loop and place a `threadgroup_barrier`",
    ),
    (
        &["is_function_constant_defined", "function_constant"],
        "function constants cannot be set by `metal_kernel`",
        "use a template argument",
    ),
    (
        &["erf", "erfc", "erfinv", "expm1", "expm1f", "cbrt", "tgamma", "lgamma"],
        "Metal's library has no such function (MLX keeps its own out of the reach of kernel bodies)",
        "define it in the header",
    ),
    (
        &["remainder", "remquo", "logb", "scalbn", "nearbyint", "lrint", "lround"],
        "Metal's library has no such function",
        "`fmod`, `ilogb`, `ldexp`, `rint` and `round` exist",
    ),
    (&["lerp"], "this is not a Metal function", "use `mix`"),
    (&["frac"], "this is not a Metal function", "use `fract`"),
    (&["rcp"], "this is not a Metal function", "write `1.0f / x`"),
    (&["inversesqrt", "rsqrtf"], "this is not a Metal function", "use `rsqrt`"),
    (
        &[
            "sqrtf", "expf", "exp2f", "logf", "log2f", "log10f", "sinf", "cosf", "tanf", "tanhf", "powf",
            "fabsf", "fmaxf", "fminf", "fmaf", "floorf", "ceilf", "roundf", "truncf", "fmodf", "atan2f",
            "hypotf",
        ],
        "Metal's functions have no `f` suffix",
        "drop the `f`: the type of the argument decides",
    ),
    (
        &["__expf", "__logf", "__powf", "__sinf", "__cosf"],
        "this is a CUDA function",
        "use the function of the same name in `fast::`",
    ),
    (&["__syncthreads"], "this is a CUDA function", "use `threadgroup_barrier(mem_flags::mem_threadgroup)`"),
    (&["__syncwarp"], "this is a CUDA function", "use `simdgroup_barrier(mem_flags::mem_threadgroup)`"),
    (&["__threadfence"], "this is a CUDA function", "use `threadgroup_barrier(mem_flags::mem_device)`"),
    (
        &["__shfl_sync", "__shfl_down_sync", "__shfl_up_sync", "__shfl_xor_sync"],
        "this is a CUDA function",
        "use `simd_shuffle`, `simd_shuffle_down`, `simd_shuffle_up` or `simd_shuffle_xor`",
    ),
    (
        &["__ballot_sync", "__any_sync", "__all_sync", "__activemask"],
        "this is a CUDA function",
        "use `simd_ballot`, `simd_any`, `simd_all` or `simd_active_threads_mask`",
    ),
    (
        &["__popc", "__clz", "__brev", "__ffs"],
        "this is a CUDA function",
        "use `popcount`, `clz`, `reverse_bits` or `ctz`",
    ),
    (&["__ldg"], "this is a CUDA function", "read the array directly"),
    (
        &["__float_as_uint", "__float_as_int", "__uint_as_float", "__int_as_float"],
        "this is a CUDA function",
        "use `as_type<T>(x)`",
    ),
    (
        &["atomicAdd", "atomic_fetch_add", "atomic_add"],
        "Metal has only the explicit form",
        "use `atomic_fetch_add_explicit(&object, value, memory_order_relaxed)`",
    ),
    (
        &[
            "atomic_load",
            "atomic_store",
            "atomic_exchange",
            "atomicExch",
            "atomicCAS",
            "atomicMax",
            "atomicMin",
            "atomic_fetch_sub",
            "atomic_fetch_max",
            "atomic_fetch_min",
            "atomic_fetch_or",
            "atomic_fetch_and",
            "atomic_compare_exchange_weak",
            "atomic_compare_exchange_strong",
            "atomic_compare_exchange_strong_explicit",
            "atomic_init",
        ],
        "Metal has no such function",
        "use the `..._explicit` form with `memory_order_relaxed` (`atomic_compare_exchange_weak_explicit` for \
         compare and exchange)",
    ),
    (
        &["barrier", "threadgroupBarrier", "workgroupBarrier"],
        "this is not a Metal function",
        "use `threadgroup_barrier(mem_flags::mem_threadgroup)`",
    ),
    (&["simd_reduce_add", "simd_reduce_sum", "simd_add"], "this is not a Metal function", "use `simd_sum`"),
    (
        &["malloc", "free", "memcpy", "memset"],
        "kernels have no such function",
        "use local or `threadgroup` arrays and loops",
    ),
    (
        &["rand", "random"],
        "Metal has no random numbers",
        "pass them as an input, or hash the thread's position",
    ),
];

/// Every name.
pub(super) fn names() -> Vec<&'static str> {
    REFUSED.iter().flat_map(|r| r.0.iter().copied()).collect()
}

/// Says why not.
pub(super) fn call(call: &mut Call<'_, '_>) -> Result<Value> {
    let Some((_, why, way)) = REFUSED.iter().find(|r| r.0.contains(&call.name)) else { return Err(Poison) };
    let diagnostic =
        Diagnostic::error("unsupported", call.span, format!("`{}`: {why}", call.name)).help(*way);
    Err(call.cx.error(diagnostic))
}
