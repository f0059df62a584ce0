//! Constructs that are understood and refused, with the way out.

use super::{mended, messages, read, refuses};
use emberforge_msl::syntax::print_tree;

#[test]
fn constructs_without_support_name_the_way_out() {
    for (body, message) in [
        ("goto a;", "`goto` is not supported"),
        ("asm(\"nop\");", "inline assembly is not supported"),
        ("throw 1;", "`throw`: Metal has no exceptions"),
        ("try { a(); } catch (...) { }", "`try`: Metal has no exceptions"),
        ("float* p = new float[3];", "`new`: Metal has no dynamic memory"),
        ("delete p;", "`delete`: Metal has no dynamic memory"),
        ("a = dynamic_cast<A*>(b);", "`dynamic_cast`: Metal has no run-time type information"),
        ("for (auto v : x) { }", "range-based `for` is not supported"),
        ("auto [a, b] = c;", "structured bindings are not supported"),
        ("float (*p)(int);", "pointers to functions are not supported"),
        ("lbl: a();", "labels are not supported, as there is no `goto`"),
        ("a = ({ 1; });", "statement expressions are not supported"),
        ("struct S { virtual void f(); };", "`virtual` is not supported"),
        ("struct S { ~S() { f(); } };", "destructors are not supported"),
        ("struct S { int a : 3; };", "bit fields are not supported"),
        ("case 1 ... 3: ;", "case ranges are not supported"),
    ] {
        let (_, parsed) = read("", body);
        assert_eq!(messages(&parsed.diagnostics), [format!("unsupported-construct: {message}")], "{body}");
        assert!(!parsed.diagnostics[0].help.is_empty(), "{body}");
    }
}

#[test]
fn variadic_templates_are_left_out_whole() {
    let (_, parsed) = read("template <typename... Ts> void f(Ts... a) { g(a...); }\nint ok = 1;", "");
    assert_eq!(
        messages(&parsed.diagnostics),
        ["unsupported-construct: variadic templates are not supported",]
    );
    assert!(print_tree(&parsed.tree).contains("var ok: int = 1"));
}

#[test]
fn a_full_signature_is_recognised_and_deleted() {
    let body = "using namespace metal;\n[[kernel]] void copy(\n    device float* x [[buffer(0)]],\n    \
                uint i [[thread_position_in_grid]]) {\n  x[i] = 1;\n  if (i) { return; }\n}\n";
    let (_, parsed) = read("", body);
    assert_eq!(
        messages(&parsed.diagnostics),
        ["full-signature: the body must not contain the kernel's signature",]
    );
    assert!(print_tree(&parsed.tree).contains("(= x[i] 1)"));
    let mended = mended(body);
    assert_eq!(
        mended,
        "using namespace metal;\nuint i = thread_position_in_grid.x;\n  x[i] = 1;\n  if (i) { return; }\n\n"
    );
    assert!(read("", &mended).1.diagnostics.is_empty());
    refuses(
        "kernel void f() { a(); }",
        &["full-signature: the body must not contain the kernel's signature @ kernel void f() {"],
    );
    refuses(
        "template <typename T> [[kernel]] void f(device T* p) { p[0] = T(1); }",
        &["full-signature: the body must not contain the kernel's signature @ \
         template <typename T> [[kernel]] void f(device T* p) {"],
    );
}

#[test]
fn functions_belong_in_the_header() {
    refuses(
        "float f(float a) { return a; }\nout[0] = f(1);",
        &["function-in-body: a function cannot be defined inside a function or the kernel's body @ \
         float f(float a)"],
    );
}
