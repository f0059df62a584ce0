//! Names of CUDA, OpenCL, GLSL, HLSL and Python that people write into Metal bodies, and what to write instead.

use crate::syntax::ast::Path;
use emberforge_base::{Diagnostic, Span};

/// Variables.
const VALUES: &[(&[&str], &str)] = &[
    (&["threadIdx"], "CUDA's `threadIdx` is `thread_position_in_threadgroup`"),
    (&["blockIdx"], "CUDA's `blockIdx` is `threadgroup_position_in_grid`"),
    (&["blockDim"], "CUDA's `blockDim` is `threads_per_threadgroup`"),
    (&["gridDim"], "CUDA's `gridDim` is `threadgroups_per_grid`"),
    (&["warpSize"], "CUDA's `warpSize` is `threads_per_simdgroup`"),
    (&["laneId", "lane_id", "laneid"], "the lane is `thread_index_in_simdgroup`"),
    (&["warpId", "warp_id", "warpid"], "the warp is `simdgroup_index_in_threadgroup`"),
    (&["gl_GlobalInvocationID", "DTid", "dispatchThreadID"], "Metal has `thread_position_in_grid`"),
    (&["gl_LocalInvocationID", "groupThreadID"], "Metal has `thread_position_in_threadgroup`"),
    (&["gl_LocalInvocationIndex", "groupIndex"], "Metal has `thread_index_in_threadgroup`"),
    (&["gl_WorkGroupID", "groupID"], "Metal has `threadgroup_position_in_grid`"),
    (&["gl_WorkGroupSize"], "Metal has `threads_per_threadgroup`"),
    (&["gl_NumWorkGroups"], "Metal has `threadgroups_per_grid`"),
    (&["gl_SubgroupInvocationID"], "Metal has `thread_index_in_simdgroup`"),
    (&["gl_SubgroupSize"], "Metal has `threads_per_simdgroup`"),
    (&["CLK_LOCAL_MEM_FENCE"], "write `threadgroup_barrier(mem_flags::mem_threadgroup)`"),
    (&["True"], "in Metal it is written `true`"),
    (&["False"], "in Metal it is written `false`"),
    (&["None"], "Metal has no `None`; use a number that marks it, or `nullptr` for a pointer"),
    (
        &["np", "mx", "math", "torch"],
        "Python modules cannot be used in a body; Metal's functions have plain names",
    ),
    (&["M_PI", "PI", "pi"], "the constant is `M_PI_F`"),
    (&["M_E"], "the constant is `M_E_F`"),
    (&["M_SQRT2"], "the constant is `M_SQRT2_F`"),
    (&["FLOAT_MAX", "MAX_FLOAT"], "the constant is `FLT_MAX`"),
    (
        &["gid", "tid", "id", "index", "idx", "thread_id", "global_id", "elem"],
        "a body gets no such parameter; declare it: `uint NAME = thread_position_in_grid.x;`",
    ),
    (
        &["lid", "local_id"],
        "a body gets no such parameter; declare it: `uint NAME = thread_position_in_threadgroup.x;`",
    ),
    (&["lane"], "a body gets no such parameter; declare it: `uint NAME = thread_index_in_simdgroup;`"),
];

/// Functions.
const FUNCTIONS: &[(&[&str], &str)] = &[
    (&["get_global_id"], "OpenCL's `get_global_id(0)` is `thread_position_in_grid.x`"),
    (&["get_local_id"], "OpenCL's `get_local_id(0)` is `thread_position_in_threadgroup.x`"),
    (&["get_group_id"], "OpenCL's `get_group_id(0)` is `threadgroup_position_in_grid.x`"),
    (&["get_global_size"], "OpenCL's `get_global_size(0)` is `threads_per_grid.x`"),
    (&["get_local_size"], "OpenCL's `get_local_size(0)` is `threads_per_threadgroup.x`"),
    (&["get_num_groups"], "OpenCL's `get_num_groups(0)` is `threadgroups_per_grid.x`"),
    (&["get_sub_group_local_id"], "Metal has `thread_index_in_simdgroup`"),
    (&["len"], "the length of an input `x` along its first axis is `x_shape[0]`"),
    (&["range"], "write a loop: `for (int i = 0; i < n; i++) { ... }`"),
    (&["float32", "float16", "int32", "uint32"], "Metal's types are `float`, `half`, `int` and `uint`"),
    (&["mad"], "use `fma`"),
    (&["subgroupAdd"], "Metal has `simd_sum`"),
    (&["subgroupMax"], "Metal has `simd_max`"),
    (&["subgroupMin"], "Metal has `simd_min`"),
    (&["GroupMemoryBarrierWithGroupSync"], "Metal has `threadgroup_barrier(mem_flags::mem_threadgroup)`"),
    (&["sum"], "write a loop, or `simd_sum` for the threads of a simdgroup"),
];

/// True for names of Metal 4's tensor operations.
pub(crate) fn is_tensor_path(path: &Path) -> bool {
    let names = ["tensor", "tensor_handle", "tensor_inline", "cooperative_tensor", "extents", "dextents"];
    path.segments.iter().any(|segment| {
        let name = &*segment.ident.name;
        names.contains(&name)
            || name.starts_with("matmul2d")
            || matches!(name, "mpp" | "tensor_ops" | "dynamic_length_v")
    })
}

/// The finding for a name of Metal 4's tensor operations.
pub(crate) fn tensor(span: Span) -> Diagnostic {
    Diagnostic::error("unsupported", span, "Metal 4's tensor operations are not supported").help(
        "use `simdgroup_matrix` with `simdgroup_multiply_accumulate`, or plain loops over threadgroup tiles",
    )
}

/// What to write instead of the variable `name`.
pub(crate) fn value(name: &str) -> Option<String> {
    instead(VALUES, name)
}

/// What to write instead of the function `name`.
pub(crate) fn function(name: &str) -> Option<String> {
    instead(FUNCTIONS, name)
}

fn instead(table: &[(&[&str], &str)], name: &str) -> Option<String> {
    let (_, text) = table.iter().find(|(names, _)| names.contains(&name))?;
    Some(text.replace("NAME", name))
}
