//! `.metal` files that hold whole kernels: what is found in them, and where it is said to stand.

use emberforge_coach::engine::Sure;
use emberforge_coach::lint::lint;
use emberforge_coach::rules::{self, Profile, Rule};

/// The findings of the `default` profile: code and the text they stand at.
fn found(source: &str) -> Vec<(&'static str, String)> {
    let rules: Vec<&'static Rule> =
        rules::all().iter().copied().filter(|r| r.profile == Profile::Default).collect();
    let linted = lint("shaders/k.metal", source, &rules);
    linted
        .findings
        .iter()
        .filter(|f| f.sure >= Sure::Likely)
        .map(|f| (f.code, source[f.range.to_std_range()].to_owned()))
        .collect()
}

const HEAD: &str = "#include <metal_stdlib>\nusing namespace metal;\n\
    struct Sizes { uint width; uint height; };\n\
    inline float square(float v) { return v * v; }\n";

fn with_head(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

#[test]
fn a_correct_file_is_clean() {
    let source = with_head(
        "// Adds.\n\
         kernel void add(device const float* a [[buffer(0)]], device const float4* b [[buffer(1)]],\n\
             device half* out [[buffer(2)]], constant uint& n [[buffer(3)]], constant Sizes& s [[buffer(4)]],\n\
             uint2 at [[thread_position_in_grid]]) {\n\
             if (at.x >= n || at.y >= s.height) return;\n\
             out[at.y * s.width + at.x] = half(square(a[at.x]) + b[at.y].z);\n\
         }\n\
         kernel void count(device const int* x [[buffer(0)]], device atomic_uint* total [[buffer(1)]],\n\
             uint i [[thread_position_in_grid]]) {\n\
             if (x[i] > 0) atomic_fetch_add_explicit(total, 1u, memory_order_relaxed);\n\
         }\n\
         template <typename T, int N = 4>\n\
         [[kernel, max_total_threads_per_threadgroup(64)]] void rows(device const T* x, device T* y,\n\
             threadgroup float* shared [[threadgroup(0)]],\n\
             uint tg [[threadgroup_position_in_grid]], ushort lid [[thread_index_in_threadgroup]]) {\n\
             shared[lid] = float(x[tg * N + lid]);\n\
             threadgroup_barrier(mem_flags::mem_threadgroup);\n\
             y[tg * N + lid] = T(shared[N - 1 - lid]);\n\
         }\n\
         template [[host_name(\"rows_float\")]] [[kernel]] void rows<float, 4>(device const float*, device float*,\n\
             threadgroup float*, uint, ushort);\n",
    );
    assert_eq!(found(&source), []);
}

#[test]
fn names_and_divisions_are_found_in_each_kernel() {
    let source = with_head(
        "kernel void one(device float* y [[buffer(0)]], uint i [[thread_position_in_grid]]) { y[i] = scale; }\n\
         kernel void two(device float* y [[buffer(0)]], constant Sizes& s [[buffer(1)]], uint i [[thread_position_in_grid]]) {\n\
             float mid = (s.width - 1) / 2;\n    y[i] = mid;\n}\n",
    );
    let expected = [("KRN807", "scale".to_owned()), ("MSL912", "(s.width - 1) / 2".to_owned())];
    assert_eq!(found(&source), expected);
}

#[test]
fn a_return_before_a_barrier_is_found_without_a_launch() {
    let source = with_head(
        "kernel void sum(device const float* x [[buffer(0)]], device float* y [[buffer(1)]], constant uint& n [[buffer(2)]],\n\
             threadgroup float* part [[threadgroup(0)]], uint i [[thread_position_in_grid]],\n\
             uint lid [[thread_position_in_threadgroup]], uint g [[threadgroup_position_in_grid]]) {\n\
             if (i >= n) return;\n\
             part[lid] = x[i];\n\
             threadgroup_barrier(mem_flags::mem_threadgroup);\n\
             if (lid == 0) y[g] = part[0] + part[1];\n}\n",
    );
    let expected = [("MSL902", "threadgroup_barrier(mem_flags::mem_threadgroup)".to_owned())];
    assert_eq!(found(&source), expected);
}

#[test]
fn a_store_to_a_constant_buffer_is_found() {
    let source = with_head(
        "kernel void bad(device const float* x [[buffer(0)]], device float* y [[buffer(1)]], uint i [[thread_position_in_grid]]) {\n\
             x[i] = 1;\n    y[i] = 2;\n}\n",
    );
    assert_eq!(found(&source).iter().map(|f| f.0).collect::<Vec<_>>(), ["KRN809"]);
}

#[test]
fn what_cannot_be_examined_says_so() {
    for (rest, at) in [
        (
            "kernel void t(texture2d<float> t [[texture(0)]], device float* y [[buffer(0)]]) { y[0] = 1; }\n",
            "t",
        ),
        ("#include \"other.h\"\nkernel void u(device float* y [[buffer(0)]]) { y[0] = other(1); }\n", "u"),
    ] {
        assert_eq!(found(&with_head(rest)), [("MSL000", at.to_owned())], "{rest}");
    }
    assert_eq!(found("instantiate_kernel(\"a\", b)\n").iter().map(|f| f.0).collect::<Vec<_>>(), ["MSL000"]);
}

#[test]
fn broken_signatures_do_not_panic() {
    let source = with_head(
        "kernel void add(device const float* a [[buffer(0)]], uint i [[thread_position_in_grid]]) { float v = a[i]; }\n",
    );
    for end in 0..source.len() {
        found(&source[..end]);
    }
    for rest in [
        "kernel void",
        "kernel void f(",
        "kernel void f()",
        "kernel void f() {",
        "[[kernel]] void f(,,) {}",
        "kernel void f([[) {}",
    ] {
        found(rest);
    }
}
