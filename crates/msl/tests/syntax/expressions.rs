//! Operators, casts, templates against less-than, lambdas.

use super::{check, check_expr, refuses};

#[test]
fn precedence_and_associativity() {
    check_expr("a + b * c - d", "(- (+ a (* b c)) d)");
    check_expr("a = b = c", "(= a (= b c))");
    check_expr("a || b && c | d ^ e & f == g < h << i + j", {
        "(|| a (&& b (| c (^ d (& e (== f (< g (<< h (+ i j)))))))))"
    });
    check_expr("a ? b : c ? d : e", "(? a b (? c d e))");
    check_expr("a ? b = 1 : c", "(? a (= b 1) c)");
    check_expr("a, b = 2, c", "(, (, a (= b 2)) c)");
    check_expr("a <<= b, a >>= 1, a ^= 2, a %= 3", "(, (, (, (<<= a b) (>>= a 1)) (^= a 2)) (%= a 3))");
}

#[test]
fn prefix_and_postfix() {
    check_expr("-a++", "(- (post++ a))");
    check_expr("*p++ = &q", "(= (deref (post++ p)) (addr q))");
    check_expr("!a && ~b - --c", "(&& (! a) (- (~ b) (-- c)))");
    check_expr("a.b->c[1](2).xyz", "(call a.b->c[1] 2).xyz");
    check_expr("not a and b or c", "(|| (&& (! a) b) c)");
}

#[test]
fn casts_of_every_spelling() {
    check_expr("(float)a", "(cast float a)");
    check_expr("(float)(a) + 1", "(+ (cast float a) 1)");
    check_expr("(unsigned int)-a", "(cast unsigned int (- a))");
    check_expr("(device float4*)p", "(cast ptr(device float4) p)");
    check_expr("(const device float*)(p + 1)", "(cast ptr(device const float) (+ p 1))");
    check_expr("static_cast<float>(a)", "(static_cast float a)");
    check_expr("reinterpret_cast<device const uint*>(p)", "(reinterpret_cast ptr(device const uint) p)");
    check_expr("float(a) + uint3(1, 2, 3).x", "(+ (make float a) (make uint3 1 2 3).x)");
    check_expr("float4{1, 2, 3, 4}", "(make{} float4 1 2 3 4)");
    check_expr("vec<float, 2>(1)", "(make vec<float, 2> 1)");
    check_expr("metal::float2(1, 2)", "(make metal::float2 1 2)");
    check_expr("as_type<uint>(1.0f)", "(call as_type<uint> 1.0f)");
    check_expr("unsigned(a)", "(make unsigned int a)");
    check_expr("U(a) * (U)b", "(* (make U a) (cast U b))");
    check_expr("(Foo)a", "(cast Foo a)");
}

#[test]
fn parentheses_are_not_casts() {
    check_expr("(a) - b", "(- a b)");
    check_expr("(a)(b)", "(call a b)");
    check_expr("(a.x) * b", "(* a.x b)");
    check_expr("(a[1]) + (b)", "(+ a[1] b)");
    check_expr("(float(a) + 1) * 2", "(* (+ (make float a) 1) 2)");
}

#[test]
fn an_input_called_t_is_a_value() {
    check("for (int t = 0; t < T; ++t) out[t] = (T) - 1 + T * x[t];", {
        "
        for
          var t: int = 0
          while (< t T)
          step (++ t)
        do
          (= out[t] (+ (- T 1) (* T x[t])))
        "
    });
    check_expr("T * x", "(* T x)");
    check_expr("(T)", "T");
}

#[test]
fn less_than_is_not_a_template() {
    check("int a = 1, b = 2, c = 3; bool r = a < b && c > (b);", {
        "
        var a: int = 1
        var b: int = 2
        var c: int = 3
        var r: bool = (&& (< a b) (> c b))
        "
    });
    check("int a, b, c; f(a < b, c > (b));", {
        "
        var a: int
        var b: int
        var c: int
        (call f (< a b) (> c b))
        "
    });
    check_expr("p < q && r > (s)", "(&& (< p q) (> r s))");
    check_expr("n < 3 || m > 4", "(|| (< n 3) (> m 4))");
    check_expr("x[i] < y[i] ? a : b", "(? (< x[i] y[i]) a b)");
}

#[test]
fn template_calls() {
    check_expr("foo<int>(a)", "(call foo<int> a)");
    check_expr("foo<4, float>(a)", "(call foo<4, float> a)");
    check_expr("metal::foo<vec<float, 4>>(a)", "(call metal::foo<vec<float, 4>> a)");
    check_expr("Limits<U>::max + Limits<float>::min", "(+ Limits<U>::max Limits<float>::min)");
    check_expr("numeric_limits<float>::infinity()", "(call numeric_limits<float>::infinity)");
    check_expr("elem_to_loc<int64_t>(i, s, t, n)", "(call elem_to_loc<int64_t> i s t n)");
    check_expr("m.load<4>(p) + m.template get<0>()", "(+ (call m.load<4> p) (call m.get<0>))");
    check_expr("is_same_v<U, float> && a", "(&& is_same_v<U, float> a)");
    check_expr("is_same<U, half>::value ? 1 : 2", "(? is_same<U, half>::value 1 2)");
    check_expr("foo<(a > b)>(c)", "(call foo<(> a b)> c)");
    check_expr("foo<sizeof(U) * 2>(c)", "(call foo<(* (sizeof U) 2)> c)");
}

#[test]
fn sizes_and_lists() {
    check_expr("sizeof(float4) + sizeof a + alignof(U)", "(+ (+ (sizeof float4) (sizeof a)) (alignof U))");
    check_expr("sizeof(x[0])", "(sizeof x[0])");
    check_expr("a = {1, {2, 3}, .z = 4}", "(= a {1 {2 3} .z = 4})");
    check_expr("f({1, 2}, 3)", "(call f {1 2} 3)");
}

#[test]
fn lambdas() {
    check("auto f = [&, a](float z, int) -> float { return z * a; };", {
        "
        var f: auto = (lambda [&, a](z: float, _: int) -> float)
          return (* z a)
        "
    });
    check("auto g = [=] { return; }; [](){}();", {
        "
        var g: auto = (lambda [=]())
          return
        (call (lambda []()))
        "
    });
}

#[test]
fn a_type_where_a_value_belongs() {
    refuses("out[0] = float;", &["expected-value: expected a value, found the type `float` @ float"]);
}
