//! What constant expressions evaluate to: arithmetic, conversions, templates, structs, `constexpr` functions.

use crate::common::accepts;

/// Every condition, asserted at compile time.
fn holds(header: &str, setup: &str, conditions: &[&str]) {
    let asserts: String = conditions.iter().map(|c| format!("static_assert({c}, \"\");\n")).collect();
    accepts(header, &format!("{setup}\n{asserts}y[0] = 0;"));
}

#[test]
fn integer_arithmetic_promotes_and_wraps() {
    holds(
        "",
        "constexpr uchar c = 200; constexpr char n = -7; constexpr ushort s = 65535;",
        &[
            "-7 / 2 == -3",
            "-7 % 2 == -1",
            "c + c == 400",
            "uchar(c + c) == 144",
            "n / 2 == -3",
            "s + 1 == 65536",
            "(-1 < 1u) == false",
            "1u - 2u == 4294967295u",
            "2147483647 + 1 == -2147483647 - 1",
            "(1 << 31) >> 31 == -1",
            "0xffffffff == 4294967295u",
            "sizeof(0x80000000) == 4",
            "sizeof(2147483648) == 8",
            "~0 == -1",
            "-c == -200",
            "!c == false",
            "5 / 0 == 0",
            "true + true == 2",
            "'a' == 97",
        ],
    );
}

#[test]
fn floats_round_in_their_own_type() {
    holds(
        "",
        "constexpr half h = 0.1h; constexpr bfloat b = 1.0bf;",
        &[
            "0.1f + 0.2f == 0.3f || 0.1f + 0.2f != 0.3f",
            "sizeof(h * 2) == 2",
            "sizeof(h * 2.0) == 4",
            "sizeof(h * 2.0h) == 2",
            "sizeof(b * 3) == 2",
            "sizeof(b * 3.0f) == 4",
            "half(65520.0f) > 65504.0h",
            "bfloat(257.0f) == 256.0f",
            "int(2.9f) == 2",
            "int(-2.9f) == -2",
            "uint(-1.0f) == 0u",
            "float(16777217) == 16777216.0f",
            "1 / 2 == 0",
            "1 / 2.0 == 0.5f",
        ],
    );
}

#[test]
fn operators_have_their_precedence_and_short_circuits() {
    holds(
        "",
        "",
        &[
            "2 + 3 * 4 == 14",
            "(1, 2) == 2",
            "(true ? 1 : 2) == 1",
            "(false || true && false) == false",
            "(7 & 3 | 8 ^ 12) == 7",
            "1 << 2 + 1 == 8",
            "(0 && 1 / 0) == false",
            "sizeof(true ? 1 : 2.0) == 4",
        ],
    );
}

#[test]
fn vectors_are_components() {
    holds(
        "",
        "constexpr float4 v = float4(1, 2, 3, 4); constexpr int2 p = int2(7, -7); constexpr uchar4 q = uchar4(250);
         constexpr float3 z = {1, 2}; constexpr float2 spread = 3;",
        &[
            "v.x + v.w == 5",
            "v.zyx.x == 3",
            "v.rgba.a == 4",
            "v[2] == 3",
            "(v * 2).y == 4",
            "(v + v.wzyx).x == 5",
            "(p / 2).y == -3",
            "uchar4(q + q).x == 244",
            "(v > 2.0f).z && !(v > 2.0f).x",
            "z.z == 0",
            "spread.y == 3",
            "sizeof(float3) == 16",
            "sizeof(packed_float3) == 12",
            "sizeof(half3) == 8",
            "alignof(float4) == 16",
            "float4(v.xy, v.zw).w == 4",
            "int4(v).w == 4",
        ],
    );
}

#[test]
fn matrices_multiply_by_columns() {
    holds(
        "",
        "constexpr float2x2 m = float2x2(1, 2, 3, 4); constexpr float2 v = float2(1, 1);",
        &[
            "m[0].y == 2",
            "m[1][0] == 3",
            "(m * v).x == 4",
            "(v * m).x == 3",
            "(m * m)[0][0] == 7",
            "(m * 2)[1][1] == 8",
            "float2x2(1)[0][0] == 1 && float2x2(1)[0][1] == 0",
        ],
    );
}

#[test]
fn constexpr_functions_run_loops_and_branches() {
    holds(
        "constexpr int power(int b, int e) { int r = 1; for (int i = 0; i < e; i++) r *= b; return r; }
         constexpr int log2i(int n) { int r = 0; while (n >>= 1) r++; return r; }
         constexpr int digits(int n) { if (n < 10) return 1; int d = 0; do { n /= 10; d++; } while (n); return d; }
         constexpr int pick(int n) { switch (n) { case 1: return 10; case 2: n += 5; default: n += 1; break; } return n; }
         constexpr int sum(int n) { int a[8] = {}; for (int i = 0; i < n; ++i) { if (i == 2) continue; a[i] = i; }
                                    int s = 0; for (int i = 0; i < 8; ++i) s += a[i]; return s; }",
        "",
        &[
            "power(2, 10) == 1024",
            "log2i(1024) == 10",
            "digits(12345) == 5 && digits(7) == 1",
            "pick(1) == 10",
            "pick(2) == 8",
            "pick(9) == 10",
            "sum(5) == 8",
        ],
    );
}

#[test]
fn templates_deduce_specialise_and_default() {
    holds(
        "template <typename T> constexpr T twice(T x) { return x + x; }
         template <typename T, int N = 3> constexpr int count(T) { return N; }
         template <int N> constexpr int down() { if constexpr (N <= 0) { return 0; } else { return N + down<N - 1>(); } }
         template <typename T> constexpr bool is_float(T) { return false; }
         template <> constexpr bool is_float<float>(float) { return true; }
         template <typename T, int N> struct Box { static constexpr int size = N * sizeof(T); using type = T; };
         template <typename T> struct Box<T, 0> { static constexpr int size = -1; };
         template <typename A, typename B> constexpr int rank(A, B) { return 1; }
         template <typename A> constexpr int rank(A, A) { return 2; }
         constexpr int rank(int, int) { return 3; }
         template <typename T> using Three = Box<T, 3>;",
        "",
        &[
            "twice(21) == 42",
            "twice<float>(1) == 2.0f",
            "count(1) == 3",
            "count<int, 8>(1) == 8",
            "down<10>() == 55",
            "is_float(1.0f) && !is_float(1)",
            "Box<float, 4>::size == 16",
            "Box<half, 0>::size == -1",
            "sizeof(Box<uchar, 2>::type) == 1",
            "rank(1, 1.0f) == 1",
            "rank(1.0f, 1.0f) == 2",
            "rank(1, 1) == 3",
            "Three<uint>::size == 12",
        ],
    );
}

#[test]
fn structs_have_members_methods_and_operators() {
    holds(
        "struct V { int x; int y = 7;
           constexpr int sum() const { return x + y; }
           constexpr V operator+(V o) const { return V{x + o.x, y + o.y}; }
           constexpr int operator[](int i) const { return i == 0 ? x : y; }
           constexpr int operator()(int k) const { return x * k; } };
         constexpr bool operator==(V a, V b) { return a.x == b.x && a.y == b.y; }
         struct C { int n; constexpr C(int a) : n(a * 2) {} constexpr C(int a, int b) : n(a + b) {}
                    constexpr operator int() const { return n; } };
         struct D : V { int z = 1; };
         struct Nested { V v[2]; float3 f; };
         namespace a { namespace b { constexpr int c = 5; } constexpr int d = b::c + 1; }
         enum Plain { One = 1, Two }; enum class Scoped : uchar { A = 3, B };",
        "constexpr V v = {3}; constexpr V w = {.y = 1, .x = 2};
         constexpr Nested n = {{{1, 2}, {3, 4}}, {5, 6, 7}};",
        &[
            "v.sum() == 10",
            "w.x == 2 && w.y == 1",
            "(v + w).x == 5",
            "v[1] == 7 && v(4) == 12",
            "v == V{3} && !(v == w)",
            "C(4) == 8 && C(1, 2) + 1 == 4",
            "n.v[1].x == 3 && n.f.z == 7",
            "sizeof(Nested) == 32",
            "sizeof(D) == 12",
            "a::d == 6",
            "Two == 2",
            "int(Scoped::B) == 4 && sizeof(Scoped) == 1",
        ],
    );
}

#[test]
fn lambdas_capture() {
    holds(
        "",
        "constexpr auto add = [](int a, int b = 2) { return a + b; };",
        &["add(1) == 3", "add(1, 5) == 6"],
    );
    accepts("", "float a = x[0]; auto f = [&](float b) { a += b; return a; }; y[0] = f(1) + f(2);");
    accepts("", "float a = x[0]; auto f = [=](float b) { return a + b; }; a = 5; y[0] = f(1);");
}

#[test]
fn tables_and_constants_of_the_header_are_known() {
    holds(
        "constant float table[4] = {1, 2, 3, 4}; constant constexpr int grid[2][2] = {{1, 2}, {3, 4}};
         constexpr constant int rows = 2; static constant constexpr float half_pi = 1.5f;",
        "",
        &["table[3] == 4", "grid[1][0] == 3", "rows == 2", "half_pi * 2 == 3", "sizeof(table) == 16"],
    );
}
