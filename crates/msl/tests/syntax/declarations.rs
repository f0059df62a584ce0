//! Variables, types, aliases, structs and enumerations in the body.

use super::{check, refuses};

#[test]
fn address_spaces_stand_in_every_order() {
    let expected = "var p: ptr(device const float)";
    check("const device float* p;", expected);
    check("device const float* p;", expected);
    check("float const device * p;", expected);
    check("device float const* p;", expected);
    check("float device * const p = x;", "var p: const ptr(device float) = x");
    check("threadgroup float* threadgroup p;", "var p: threadgroup ptr(threadgroup float)");
    check("thread float& r = a;", "var r: ref(thread float) = a");
    check("constant int* constant* p;", "var p: ptr(constant ptr(constant int))");
}

#[test]
fn arrays_carry_the_qualifiers_of_the_variable() {
    check("threadgroup float tile[32][33];", "var tile: threadgroup [32]([33](float))");
    check(
        "const float w[] = {1, 2};",
        "var w: const []([0](float)) = {1 2}".replace("[]([0](float))", "[](const float)").as_str(),
    );
    check("constexpr constant int k[2] = {1, 2};", "var k: constexpr constant [2](int) = {1 2}");
    check("device float* ps[4];", "var ps: [4](ptr(device float))");
    check("static constexpr int n = 3;", "var n: static constexpr int = 3");
}

#[test]
fn several_declarators_share_the_base_type() {
    check("float a = 1, *b = &a, c[3], d(2), e{3};", {
        "
        var a: float = 1
        var b: ptr(float) = (addr a)
        var c: [3](float)
        var d: float(2)
        var e: float{3}
        "
    });
}

#[test]
fn integer_types_of_several_words_have_one_name() {
    check("unsigned a; unsigned int b; int unsigned c; signed d;", {
        "
        var a: unsigned int
        var b: unsigned int
        var c: unsigned int
        var d: int
        "
    });
    check("long long a; unsigned long long int b; short int c; unsigned char d; const unsigned e = 1;", {
        "
        var a: long long
        var b: unsigned long long
        var c: short
        var d: unsigned char
        var e: const unsigned int = 1
        "
    });
}

#[test]
fn initialised_variables_are_not_functions() {
    check("float4 v(a, b, c, d); U w(x[0]); float z(float(a));", {
        "
        var v: float4(a, b, c, d)
        var w: U(x[0])
        var z: float((make float a))
        "
    });
}

#[test]
fn undeclared_types_still_read_as_declarations() {
    check("Foo a = 1; ns::Bar b; Baz<4> c; Qux* d = p;", {
        "
        var a: Foo = 1
        var b: ns::Bar
        var c: Baz<4>
        var d: ptr(Qux) = p
        "
    });
}

#[test]
fn aliases_structs_and_enums_name_types() {
    check("using V = float4; typedef device half* P; V v = V(1); P p = (P)x;", {
        "
        alias V = float4
        alias P = ptr(device half)
        var v: V = (make V 1)
        var p: P = (cast P x)
        "
    });
    check("struct S { float a, b; }; S s = {1, 2}; s.a = S{3, 4}.b;", {
        "
        struct S
          var a: float
          var b: float
        var s: S = {1 2}
        (= s.a (make{} S 3 4).b)
        "
    });
    check("enum { A, B = 3 }; enum class E : uchar { X, Y, }; E e = E::X;", {
        "
        enum (anonymous 1)
          A
          B = 3
        enum class E: uchar
          X
          Y
        var e: E = E::X
        "
    });
    check("typedef struct { int a; } S; S s; struct { int b; } t;", {
        "
        struct S
          var a: int
        var s: S
        struct (anonymous 2)
          var b: int
        var t: (anonymous 2)
        "
    });
}

#[test]
fn names_hide_and_come_back() {
    check("using A = int; { int A = 1; out[0] = A * 2; } A b = (A)3;", {
        "
        alias A = int
        block
          var A: int = 1
          (= out[0] (* A 2))
        var b: A = (cast A 3)
        "
    });
}

#[test]
fn attributes_are_skipped() {
    check("[[maybe_unused]] float a [[x]] = 1; __attribute__((unused)) int b; alignas(16) float c[4];", {
        "
        var a: float = 1
        var b: int
        var c: [4](float)
        "
    });
}

#[test]
fn a_semicolon_is_missing_after_a_struct() {
    refuses("struct S { int a; }\nS s;", &["expected-token: expected `;` after the definition @ "]);
    refuses("struct S { int a }; S s;", &["expected-token: expected `;` after the declaration @ "]);
}

#[test]
fn pointers_and_references_to_arrays() {
    check("threadgroup float (*p)[4]; thread float (&r)[2][3] = a;", {
        "
        var p: ptr(threadgroup [4](float))
        var r: ref(thread [2]([3](float))) = a
        "
    });
}

#[test]
fn a_template_name_without_arguments_is_a_variable() {
    check("matrix[lane] = v; array = vec * 2;", "(= matrix[lane] v)\n(= array (* vec 2))");
    check("device Later* p = (device Later*)x;", "var p: ptr(device Later) = (cast ptr(device Later) x)");
}

#[test]
fn nested_lists_of_undeclared_templates() {
    check("Sort<float, 4, Less<float>>::sort(a); Op<d, Groups<4>> op;", {
        "
        (call Sort<float, 4, Less<float>>::sort a)
        var op: Op<d, Groups<4>>
        "
    });
    check("for (short i = 0; i < decltype(c)::n; i++) a = __is_empty(U);", {
        "
        for
          var i: short = 0
          while (< i decltype<c>::n)
          step (post++ i)
        do
          (= a __is_empty<U>)
        "
    });
}
