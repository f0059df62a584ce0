//! Input that grows without end is refused, in time.

use crate::common::{compiled, refuses, signature};

#[test]
fn recursion_is_refused_with_its_chain() {
    refuses(
        "int f(int n) { return n < 2 ? 1 : f(n - 1) * n; }",
        "y[0] = f(3);",
        &["`f` calls itself: kernels cannot recurse", "called from here", "rewrite it with a loop"],
    );
    refuses(
        "int g(int n); int f(int n) { return g(n); } int g(int n) { return f(n); }",
        "y[0] = f(3);",
        &["calls itself", "through `g`"],
    );
}

#[test]
fn templates_that_never_end_are_refused() {
    refuses("template <int N> int f() { return f<N + 1>(); }", "y[0] = f<0>();", &["nest more than"]);
    refuses(
        "template <int N> struct S { static constexpr int v = S<N + 1>::v; };",
        "y[0] = S<0>::v;",
        &["templates nest more than"],
    );
}

#[test]
fn constants_that_never_end_are_refused() {
    refuses(
        "constexpr int f() { int i = 0; while (true) { i++; } return i; }",
        "constexpr int n = f(); y[0] = n;",
        &["takes too many steps"],
    );
}

#[test]
fn calls_that_double_are_refused() {
    let mut header = String::from("float f0(float a) { return a * 1.5f + 1; }\n");
    for i in 1..40 {
        header.push_str(&format!("float f{i}(float a) {{ return f{0}(a) + f{0}(a + 1); }}\n", i - 1));
    }
    let (result, text) = compiled(&header, "y[0] = f39(x[0]);", &signature());
    assert!(
        result.kernel.is_none() && text.contains("grows too large when its calls are expanded"),
        "{text}"
    );
}

#[test]
fn lambdas_that_double_are_refused() {
    let mut body = String::from("auto f0 = [&](int a) { return a; };\n");
    for i in 1..40 {
        body.push_str(&format!("auto f{i} = [&](int a) {{ return f{0}(a) + f{0}(a); }};\n", i - 1));
    }
    refuses("", &format!("{body} o[0] = f39(1);"), &["grows too large when its calls are expanded"]);
}

#[test]
fn structs_that_double_are_refused() {
    let mut header = String::from("struct S0 { float v; };\n");
    for i in 1..40 {
        header.push_str(&format!("struct S{i} {{ S{0} a; S{0} b; }};\n", i - 1));
    }
    refuses(&header, "S39 s; y[0] = s.a.a.a.b.a.a.a.b.a.a.a.a.a.a.a.v;", &["a struct may take 1048576"]);
}

#[test]
fn a_long_chain_of_operators_compiles() {
    let sum = vec!["x[0]"; 400].join(" + ");
    let (result, text) = compiled("", &format!("y[0] = {sum};"), &signature());
    assert!(result.kernel.is_some(), "{text}");
}

#[test]
fn nothing_is_a_kernel_too() {
    let (result, text) = compiled("", "", &signature());
    assert!(result.kernel.is_some(), "{text}");
}
