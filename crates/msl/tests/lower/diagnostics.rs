//! What is refused, and in which words.

use crate::common::{compiled, refuses, signature};

#[test]
fn undeclared_names_come_with_a_suggestion() {
    refuses(
        "",
        "uint index = thread_position_in_grid.x; y[indx] = 1;",
        &["[undeclared-name]: `indx` is not declared", "did you mean `index`?"],
    );
    refuses("", "uint i = thread_postion_in_grid.x; y[i] = 1;", &["did you mean `thread_position_in_grid`?"]);
    refuses("", "y[0] = scale_shape[0];", &["`scale` is a 0-d array", "use its value, `scale`, directly"]);
    refuses("", "y[0] = y_shape[0];", &["`y` is an output; only inputs have `_shape`"]);
    refuses(
        "int f() { return thread_position_in_grid.x; }",
        "y[0] = f();",
        &["functions of the header do not see them", "called from here"],
    );
    refuses("", "using T = flot; T a = 1; y[0] = a;", &["[unknown-type]", "did you mean `float`?"]);
}

#[test]
fn inputs_and_constants_are_read_only() {
    refuses("", "x[0] = 1;", &["[read-only]: inputs are read-only"]);
    refuses("", "scale = 2;", &["inputs are read-only"]);
    refuses("", "const int c = 3; c = 4;", &["declared `const` here"]);
    refuses(
        "",
        "device float* p = x; p[0] = 1;",
        &["[type-mismatch]", "declare it as `const device float*`"],
    );
    refuses("", "float4 v; v.xx = float2(1);", &["[not-assignable]"]);
}

#[test]
fn conversions_that_metal_lacks_are_refused() {
    refuses("", "uint i = thread_position_in_grid; y[i] = 1;", &["cannot convert `uint3` to `uint`", "`.x`"]);
    refuses("", "float2 a; float3 b; y[0] = (a + b).x;", &["`+` cannot combine `float2` and `float3`"]);
    refuses("", "half h = 1; bfloat b = 1; y[0] = h + b;", &["have no common type", "convert one of them"]);
    refuses("", "y[0] = x;", &["cannot convert `const device float*` to `float`", "read an element"]);
    refuses("", "float* p = y; y[0] = *p;", &["the address spaces differ: `device` and `thread`"]);
    refuses(
        "float f(const device float* p) { return p[0]; }",
        "y[0] = f(small);",
        &["inputs of fewer than 8 elements in `constant` memory"],
    );
    refuses("", "y[0] = float2(1) > float2(2) ? 1 : 0;", &["[vector-condition]", "use `select("]);
    refuses("", "if (float2(1) > float2(0)) y[0] = 1;", &["use `all(...)` or `any(...)`"]);
    refuses("", "y[0] = 1.5f % 2;", &["use `fmod(a, b)`"]);
    refuses("", "double d = 1;", &["Metal has no `double`", "use `float`"]);
    refuses("", "y[0] = scale[0];", &["[zero-dimensional]", "write `scale`"]);
}

#[test]
fn calls_name_their_candidates() {
    refuses(
        "float f(float a, float b) { return a + b; }",
        "y[0] = f(1);",
        &["`f` takes 2 arguments, 1 given", "declared here"],
    );
    refuses(
        "float f(float a) { return a; }\nfloat f(int a) { return a; }",
        "y[0] = f(x);",
        &["no `f` can be called with (const device float*)", "candidate `f`"],
    );
    refuses(
        "float f(float a, int b) { return a; }\nfloat f(int a, float b) { return a; }",
        "y[0] = f(1, 2);",
        &["the call of `f` is ambiguous", "candidate"],
    );
    refuses("", "y[0] = nothing(1);", &["there is no function `nothing`"]);
    refuses(
        "",
        "auto f = [](int a) { return a; }; y[0] = f(1, 2);",
        &["this lambda takes 1 arguments, 2 given"],
    );
    refuses("void f(thread float& a) { a = 1; }", "f(1.0f);", &["a non-const reference needs a variable"]);
}

#[test]
fn members_and_indices_exist() {
    refuses(
        "",
        "struct S { int a; }; S s; s.a = 1; y[0] = s.b;",
        &["`S` has no member `b`", "its members are `a`"],
    );
    refuses("", "float2 v = float2(1); y[0] = v.z;", &["has no component `z`: it has 2"]);
    refuses("", "float3 v = float3(1, 2); y[0] = v.x;", &["a `float3` needs 3 components, 2 given"]);
    refuses("", "float2 v = float2(1); y[0] = v[2];", &["index 2 is outside of `float2`"]);
    let (result, text) = compiled("", "float a[3]; a[5] = 1; y[0] = a[0];", &signature());
    assert!(result.kernel.is_some() && text.contains("warning[index-range]"), "{text}");
}

#[test]
fn constants_are_required_to_be_constant() {
    refuses(
        "",
        "int n = 4; float a[n]; a[0] = 1; y[0] = a[0];",
        &["[not-constant]", "use a literal, a `constexpr`"],
    );
    refuses("", "constexpr int n = int(x[0]); y[0] = n;", &["[not-constant]"]);
    refuses(
        "",
        "static_assert(sizeof(int) == 8, \"ints are small\");",
        &["static assertion failed: ints are small"],
    );
    refuses("int counter = 0;", "y[0] = counter;", &["must be in the `constant` address space"]);
}

#[test]
fn jumps_returns_and_declarations_have_their_places() {
    refuses("", "break;", &["`break` outside of a loop"]);
    refuses("", "return 5;", &["a kernel returns nothing"]);
    refuses(
        "",
        "int i = 0; int i = 2; o[0] = i;",
        &["already declared in this scope", "declared here first"],
    );
    refuses("", "float x = 1; y[0] = x;", &["`x` is a parameter of the kernel"]);
    refuses(
        "",
        "threadgroup float t[4] = {1, 2}; y[0] = t[0];",
        &["threadgroup memory cannot be initialised"],
    );
    refuses("", "switch (1.5f) { case 1: break; }", &["`switch` needs an integer, not `float`"]);
    refuses(
        "",
        "switch (o[0]) { case 1: break; case 1: break; }",
        &["this label stands twice", "first here"],
    );
    refuses("int f(int n) { }", "y[0] = f(1);", &["`f` can end without returning a `int`"]);
}

#[test]
fn one_mistake_gives_one_message() {
    refuses("", "float a = missing; float b = a * 2; y[0] = b + a;", &["`missing` is not declared"]);
    refuses("", "auto p = missing + 1; y[0] = p[0]; y[1] = p[1];", &["`missing` is not declared"]);
}

#[test]
fn several_mistakes_give_several_messages() {
    let (result, text) = compiled("", "y[0] = a;\nint i = b;\ny[1] = c;", &signature());
    assert_eq!(result.diagnostics.len(), 3, "{text}");
}

#[test]
fn functions_that_are_never_called_are_checked() {
    refuses("float f(float a) { return b; }", "y[0] = 1;", &["`b` is not declared"]);
    // What depends on template parameters is not.
    let (result, text) =
        compiled("template <typename T> T f(T a) { return a.q; }", "y[0] = 1;", &signature());
    assert!(result.kernel.is_some(), "{text}");
}
