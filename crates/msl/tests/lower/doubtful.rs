//! Warnings about text that compiles and is hardly meant, and where they stay silent.

use crate::common::{compiled, mended, refuses, signature};

/// The codes of everything that is said about a body, in order.
fn codes(header: &str, body: &str) -> Vec<&'static str> {
    let (result, text) = compiled(header, body, &signature());
    assert!(result.kernel.is_some(), "{body}\n{text}");
    result.diagnostics.iter().map(|d| d.code).filter(|c| *c != "unwritten-output").collect()
}

/// Nothing is said about the body.
fn silent(body: &str) {
    assert_eq!(codes("void set(thread float& a) { a = 1; }", body), [""; 0], "{body}");
}

/// One warning, whose suggestion leaves a body about which nothing is said.
fn mends(code: &str, body: &str, into: &str) {
    assert_eq!(codes("", body), [code], "{body}");
    assert_eq!(mended("", body, &signature()), into);
    assert_eq!(codes("", into), [""; 0], "{into}");
}

#[test]
fn assignments_as_conditions() {
    mends("assignment-as-condition", "int i = 1; if (i = 2) y[0] = i;", "int i = 1; if (i == 2) y[0] = i;");
    assert_eq!(codes("", "int i = 3; while (i = 0) y[0] = i;"), ["assignment-as-condition"]);
    silent("int i = 1; if ((i = 2)) y[0] = i;");
    silent("int i = 1; if ((i = 2) == 2) y[0] = i;");
}

#[test]
fn results_that_nothing_uses() {
    mends("unused-result", "float a = 1; a == 2; y[0] = a;", "float a = 1; a = 2; y[0] = a;");
    assert_eq!(codes("", "float a = 1; a + 2; y[0] = a;"), ["unused-result"]);
    silent("int i = 0; i == 0 && (i = 2); (void)i; y[0] = i;");
    silent("#define SAME(a, b) a == b\nint i = 0; SAME(i, 0); y[0] = i;");
}

#[test]
fn commas_in_indices() {
    assert_eq!(codes("", "y[0] = x[1, 2];"), ["comma-in-index"]);
    assert_eq!(codes("", "y[1, 2] = 1;"), ["comma-in-index"]);
    silent("y[(1, 2)] = 1;");
}

#[test]
fn variables_read_before_they_are_written() {
    let uninitialised = ["uninitialised"];
    assert_eq!(codes("", "float a; y[0] = a;"), uninitialised);
    assert_eq!(codes("", "float a; a += 1; y[0] = a;"), uninitialised);
    assert_eq!(codes("", "float4 v; y[0] = v.x;"), uninitialised);
    assert_eq!(codes("", "int n; for (int i = 0; i < n; i++) y[i] = 1;"), uninitialised);
    assert_eq!(codes("", "float a; if (scale > 0) { y[0] = a; } a = 1;"), uninitialised);
    assert_eq!(codes("float f() { int a; return a; }", "y[0] = f();"), uninitialised);
}

#[test]
fn a_variable_that_may_have_been_written_is_left_alone() {
    silent("float a; if (scale > 0) a = 1; y[0] = a;");
    silent("float a; for (int i = 0; i < 3; i++) { if (i > 0) y[i] = a; a = i; }");
    silent("float a; while (scale > 9) { a = 1; } y[0] = a;");
    silent("float a; set(a); y[0] = a;");
    silent("float a; thread float* p = &a; *p = 1; y[0] = a;");
    silent("float a; thread float& r = a; r = 1; y[0] = a;");
    silent("float a; auto f = [&]() { a = 1; }; f(); y[0] = a;");
    silent("float4 v; v.xyz = float3(1); v.w = 2; y[0] = v.x + v.w;");
    silent("float a; scale > 0 ? a = 1 : a = 2; y[0] = a;");
    silent("float a; switch (int(scale)) { case 0: a = 1; break; default: a = 2; } y[0] = a;");
    silent("float a[4]; y[0] = a[0];");
    silent("int a; y[0] = sizeof(a); (void)a;");
    silent("float a; { float a = 2; y[1] = a; } a = 1; y[0] = a;");
    silent("float e; float m = modf(x[0], e); y[0] = m + e;");
}

#[test]
fn outputs_that_nothing_writes() {
    let unwritten = |body: &str| {
        let (result, text) = compiled("void put(device float* p) { p[0] = 1; }", body, &signature());
        assert!(result.kernel.is_some(), "{body}\n{text}");
        let messages = result.diagnostics.iter().filter(|d| d.code == "unwritten-output");
        messages.map(|d| d.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(unwritten("o[0] = 1;"), ["nothing writes the output `y`"]);
    assert_eq!(unwritten("o[0] = 1; float a = y[0];"), ["nothing writes the output `y`"]);
    for body in [
        "y[0] = 1;",
        "y[0]++;",
        "put(y);",
        "put(y + 2);",
        "device float* p = y; p[0] = 1;",
        "device float& r = y[3]; r = 1;",
        "auto f = [&]() { y[0] = 1; }; f();",
        "*y = 2;",
        "if (scale > 0) { y[1] += 2; }",
        "*(device float2*)(y + 2) = float2(1);",
    ] {
        assert_eq!(unwritten(&format!("o[0] = 1; {body}")), [""; 0], "{body}");
    }
}

#[test]
fn calls_that_apple_calls_ambiguous() {
    mends("ambiguous-call", "y[0] = clamp(x[0], -1, 1);", "y[0] = clamp(x[0], -1.0f, 1.0f);");
    mends("ambiguous-call", "uint n = 3; o[0] = min(n, 4);", "uint n = 3; o[0] = min(n, 4u);");
    mends("ambiguous-call", "half h = 1; y[0] = max(h, 2);", "half h = 1; y[0] = max(h, 2.0h);");
    mends("ambiguous-call", "y[0] = sqrt(2);", "y[0] = sqrt(2.0f);");
    for call in ["max(x[0], half(1))", "min(1, 2l)", "pow(2, 3)", "max(short(1), 2)"] {
        assert_eq!(codes("", &format!("y[0] = {call};")), ["ambiguous-call"], "{call}");
    }
    // One overload is the best, or there is only one.
    for call in
        ["pow(x[0], 2)", "fma(x[0], 2, 1)", "max(true, 2)", "fast::max(x[0], 1)", "max(float4(1), 2).x"]
    {
        silent(&format!("y[0] = {call};"));
    }
}

#[test]
fn a_pasted_signature_is_replaced_by_its_attributes() {
    let head = "kernel void f(const device float* x [[buffer(0)]], device float* y [[buffer(1)]], ";
    for (parameters, declarations, rest) in [
        ("uint i [[thread_position_in_grid]]", "uint i = thread_position_in_grid.x;", "y[i] = x[i];"),
        ("uint2 g [[thread_position_in_grid]]", "uint2 g = thread_position_in_grid.xy;", "y[g.x] = x[g.y];"),
        (
            "ushort3 g [[threadgroup_position_in_grid]], uint lane [[thread_index_in_simdgroup]]",
            "ushort3 g = ushort3(threadgroup_position_in_grid);\nuint lane = thread_index_in_simdgroup;",
            "y[g.x] = lane;",
        ),
        (
            "uint3 thread_position_in_grid [[thread_position_in_grid]]",
            "",
            "y[thread_position_in_grid.x] = 1;",
        ),
    ] {
        let body = format!("{head}{parameters}) {{ {rest} }}");
        refuses("", &body, &["[full-signature]"]);
        let into = mended("", &body, &signature());
        assert_eq!(into, format!("{declarations} {rest} "));
        assert_eq!(codes("", &into), [""; 0], "{into}");
    }
}

#[test]
fn names_of_other_languages_are_known() {
    for (body, hint) in [
        ("y[threadIdx.x] = 1;", "CUDA's `threadIdx` is `thread_position_in_threadgroup`"),
        ("y[blockIdx.x] = 1;", "`threadgroup_position_in_grid`"),
        ("y[get_global_id(0)] = 1;", "`thread_position_in_grid.x`"),
        ("y[gl_GlobalInvocationID.x] = 1;", "`thread_position_in_grid`"),
        ("__syncthreads(); y[0] = 1;", "threadgroup_barrier"),
        ("atomicAdd(&o[0], 1);", "atomic_fetch_add_explicit"),
        ("__shared__ float t[4]; t[0] = 1; y[0] = t[0];", "write `threadgroup`"),
        ("y[0] = len(x);", "`x_shape[0]`"),
        ("y[0] = x[0] if scale else 1;", "`condition ? a : b`"),
        ("y[0] = x[0] // 2;\no[0] = 1;", "integers are divided by `/`"),
        ("y[gid] = 1;", "declare it: `uint gid = thread_position_in_grid.x;`"),
        ("y[0] = None;", "Metal has no `None`"),
    ] {
        refuses("", body, &[hint]);
    }
    // C++ has these words too.
    silent("bool a = scale > 0 and not (scale < 1 or scale > 2); y[0] = a;");
}
