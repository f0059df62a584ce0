//! What a header may declare.

use super::{check_header, messages, read};
use emberforge_msl::syntax::print_tree;

#[test]
fn functions_and_templates() {
    check_header("inline float f(float a, device const half* p, thread int& n, uint = 3u);", {
        "fn f(a: float, p: ptr(device const half), n: ref(thread int), _: uint = 3u) -> float;"
    });
    check_header("template <typename A, int N = 4, bool B = true> METAL_FUNC A g(A a) { return a; }", {
        "
        fn <typename A, int N = 4, bool B = true> g(a: A) -> A
          return a
        "
    });
    check_header(
        "template <class A> A g(A a) { return a; } template <> float g<float>(float a) { return g<half>(a); }",
        {
            "
        fn <typename A> g(a: A) -> A
          return a
        fn g<float>(a: float) -> float
          return (call g<half> a)
        "
        },
    );
    check_header("template [[host_name(\"k\")]] [[kernel]] void f<float>(device float* x);", "nothing");
    check_header("static constexpr inline int f(void) { return 1; } auto g() -> float { return 1; }", {
        "
        fn static constexpr f() -> int
          return 1
        fn g() -> float
          return 1
        "
    });
    check_header("template <typename T> using P = device T*; P<float> f(P<half> p);", {
        "
        alias <typename T> P = ptr(device T)
        fn f(p: P<half>) -> P<float>;
        "
    });
}

#[test]
fn structs_with_members_of_every_kind() {
    check_header(
        "template <typename T> struct V : Base<T> {
           using E = T;
           static constexpr constant int n = 2;
           T a, b[2];
           V() {}
           V(T x) : a(x), b{x, x} {}
           explicit operator float() const { return a; }
           V operator+(const thread V& o) const { return V(a + o.a); }
           T operator()(int i) const thread { return b[i]; }
           T& operator[](int i) { return b[i]; }
           template <typename U> U cast() const;
           static T zero() { return T(0); }
           struct Inner { int z; };
         private:
           Inner inner;
         };
         template <typename T> template <typename U> U V<T>::cast() const { return U(a); }
         template <> struct V<bool> {};
         struct Later;",
        "
        struct <typename T> V: Base<T>
          alias E = T
          var n: static constexpr constant int = 2
          var a: T
          var b: [2](T)
          fn constructor V()
          fn constructor V(x: T) :a(x) :b(x, x)
          fn operator float()
            return a
          fn operator+(o: ref(thread const V)) -> V
            return (make V (+ a o.a))
          fn operator()(i: int) -> T
            return b[i]
          fn operator[](i: int) -> ref(T)
            return b[i]
          fn <typename U> cast() -> U;
          fn static zero() -> T
            return (make T 0)
          struct Inner
            var z: int
          var inner: Inner
        fn <typename T, typename U> V<T>::cast() -> U
          return (make U a)
        struct V<bool>
        struct Later;
        ",
    );
}

#[test]
fn namespaces_tables_and_assertions() {
    check_header(
        "using namespace metal;
         using metal::float4;
         namespace a::b { struct S { int q; }; inline namespace c { constant float t[2][2] = {{1, 2}, {3, 4}}; } }
         namespace { constexpr int k = 1; }
         static_assert(sizeof(int) == 4, \"four\");
         a::b::S make() { return a::b::S{1}; }",
        "
        using namespace metal
        using metal::float4
        namespace a
          namespace b
            struct S
              var q: int
            namespace c
              var t: constant [2]([2](float)) = {{1 2} {3 4}}
        namespace
          var k: constexpr int = 1
        static_assert (== (sizeof int) 4) \"four\"
        fn make() -> a::b::S
          return (make{} a::b::S 1)
        ",
    );
}

#[test]
fn a_kernel_in_the_header_is_a_function() {
    check_header(
        "kernel void k(device float* x [[buffer(0)]], uint i [[thread_position_in_grid]]) { x[i] = 1; }",
        {
            "
        fn kernel k(x: ptr(device float), i: uint) -> void
          (= x[i] 1)
        "
        },
    );
    check_header("[[kernel]] void k() {}", "fn kernel k() -> void");
}

#[test]
fn header_names_reach_the_body() {
    let (_, parsed) = read(
        "template <typename A> struct W { A a; }; template <int N> int f(int a) { return a; }",
        "W<float> w; int a = f<3>(1), b = a < 3;",
    );
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let tree = print_tree(&parsed.tree);
    assert!(tree.contains("var w: W<float>\n"), "{tree}");
    assert!(tree.contains("var a: int = (call f<3> 1)\n"), "{tree}");
    assert!(tree.contains("var b: int = (< a 3)\n"), "{tree}");
}

#[test]
fn statements_in_the_header_are_one_mistake() {
    let (_, parsed) = read("int i = 0;\nif (i) return;\nout[i] = 1;\nfor (;;) {}\n", "");
    assert_eq!(
        messages(&parsed.diagnostics),
        ["misplaced-statement: a statement cannot stand outside a function, found `if`",]
    );
}
