//! Macros, conditionals, directives and where their findings point.

use super::{check, check_tokens, read, refuses};
use emberforge_base::Diagnostic;

#[test]
fn object_and_function_macros() {
    check_tokens("#define N 4\n#define F(a, b) (a + b * N)\nF(1, F(2, 3)) N", "( 1 + ( 2 + 3 * 4 ) * 4 ) 4");
    check_tokens("#define F(a) [a]\nF F (1) F((1, 2)) F()", "F [ 1 ] [ ( 1 , 2 ) ] [ ]");
    check_tokens("#define E\n#define F() x\nE F() E", "x");
    check_tokens("#define G (1)\n#define F(a) a\nF G", "F ( 1 )");
    check_tokens("#define f(x) x + 1\n#define g f\ng(2) g\n(3)", "2 + 1 3 + 1");
}

#[test]
fn macros_do_not_call_themselves() {
    check_tokens("#define a b\n#define b a\na b", "a b");
    check_tokens("#define f(x) f(x + 1)\nf(f(1))", "f ( f ( 1 + 1 ) + 1 )");
}

#[test]
fn stringizing_and_pasting() {
    check_tokens("#define S(x) #x\nS(a  +  \"q\\n\" b)", r#""a + \"q\\n\" b""#);
    check_tokens("#define P(a, b) a##b\nP(x, 1) P(, y) P(<, <) P(1, 2)", "x1 y << 12");
    check_tokens("#define X(n) v##n\n#define Y(n) X(n)\n#define K 3\nX(K) Y(K)", "vK v3");
}

#[test]
fn variadic_macros() {
    check_tokens("#define V(f, ...) f(__VA_ARGS__)\nV(g, 1, (2, 3)) V(h)", "g ( 1 , ( 2 , 3 ) ) h ( )");
    check_tokens("#define V(f, ...) f(0, ##__VA_ARGS__)\nV(g) V(g, 1)", "g ( 0 ) g ( 0 , 1 )");
    check_tokens("#define V(xs...) {xs}\nV(1, 2)", "{ 1 , 2 }");
}

#[test]
fn conditionals_and_their_expressions() {
    check_tokens("#define A 2\n#if A > 1 && defined(A) && !defined B\nyes\n#else\nno\n#endif", "yes");
    check_tokens("#if 0\na\n#elif 1\nb\n#elif 1\nc\n#else\nd\n#endif", "b");
    check_tokens("#ifdef Q\n#if nonsense (((\n#endif\n#else\nok\n#endif", "ok");
    check_tokens("#if (1 ? 2 : 1 / 0) == 2 && (0 || -1 < 0) && 0x10 == 16 && 'a' == 97\nyes\n#endif", "yes");
    check_tokens("#if __METAL_VERSION__ >= 300 && __METAL__ && !__FAST_MATH__\nyes\n#endif", "yes");
    check_tokens("#if __has_include(<metal_stdlib>) && !__has_include(\"a.h\")\nyes\n#endif", "yes");
    check_tokens("#ifndef M_PI_F\n#define M_PI_F 3\n#endif\nM_PI_F", "M_PI_F");
    check_tokens("#if 0\nit's \"not /* a string\n#endif\nok", "ok");
}

#[test]
fn directives_stand_inside_expressions() {
    check("float v = (a\n#ifdef FAST\n + b)\n#else\n + c)\n#endif\n * 2;", "var v: float = (* (+ a c) 2)");
    check("#define F(a) a\nint v = F(\n#if 1\n1 +\n#endif\n2);", "var v: int = (+ 1 2)");
}

#[test]
fn definitions_come_and_go_inside_the_body() {
    check_tokens("#define N 1\nN\n#undef N\nN\n#define N 2\nN", "1 N 2");
    check(
        "#define LOOP(n) do { \\\n  s += n; \\\n} while (0)\nLOOP(3);\n#undef LOOP",
        "
        do
          (+= s 3)
        while 0
        ",
    );
}

#[test]
fn pragmas_and_system_includes_are_accepted() {
    check_tokens(
        "#include <metal_stdlib>\n#include <metal_simdgroup_matrix>\n#pragma unroll 4\n\
         #pragma clang loop unroll(full)\n#pragma METAL internals : enable\n_Pragma(\"unroll\")\n\
         MLX_MTL_PRAGMA_UNROLL a\n#line 3\n#pragma don't\nb",
        "a b",
    );
}

#[test]
fn other_includes_do_not_resolve() {
    refuses(
        "#include \"mlx/backend/metal/kernels/utils.h\"\n",
        &["unresolved-include: `mlx/backend/metal/kernels/utils.h` cannot be included @ \
         #include \"mlx/backend/metal/kernels/utils.h\""],
    );
}

#[test]
fn predefined_names() {
    check_tokens("__LINE__\n\n__LINE__ __cplusplus __FILE__", "1 3 201402L \"<body>\"");
}

#[test]
fn lines_continue_anywhere() {
    check_tokens("ab\\\ncd 1\\\n2 +\\\n= // c \\\n still comment\n\"x\\\ny\"", "abcd 12 += \"xy\"");
}

#[test]
fn errors_of_directives() {
    refuses("#if 1\na();\n", &["unterminated-conditional: this conditional has no `#endif` @ #if"]);
    refuses(
        "#endif\n#else\n#elif 1\n",
        &[
            "unmatched-directive: `#endif` without `#if` @ #endif",
            "unmatched-directive: `#else` without `#if` @ #else",
            "unmatched-directive: `#elif` without `#if` @ #elif",
        ],
    );
    refuses(
        "#if 1 +\n#endif",
        &["bad-condition: expected an expression in the condition @ +"]
            .map(|_| "bad-condition: expected an expression after the directive @ +"),
    );
    refuses("#if 1 / 0\n#endif", &["bad-condition: division by zero in the condition @ /"]);
    refuses("#if f(1)\n#endif", &["bad-condition: `f` is not a function-like macro @ f"]);
    refuses("#foo\n", &["unknown-directive: `#foo` is not a preprocessor directive @ #foo"]);
    refuses("#error no way\n", &["error-directive: #error: no way @ #error no way"]);
    refuses("#warning hm\n", &["warning-directive: #warning: hm @ #warning hm"]);
    refuses(
        "#define F(a) a##-\nF(1)",
        &[
            "invalid-paste: `##` gives `1-`, which is not one token @ F(1)",
            "expected-token: expected an expression, found the end of the body @ ",
        ],
    );
}

#[test]
fn findings_in_a_macro_point_at_its_use_and_its_definition() {
    let body = "#define BAD(a) (a + ;\nout[0] = BAD(x[0]);\n";
    let (sources, parsed) = read("", body);
    let finding = &parsed.diagnostics[0];
    assert_eq!(sources.text(finding.primary.span), "BAD(x[0])");
    assert_eq!(sources.text(finding.secondary.last().unwrap().span), "BAD");
    assert_eq!(finding.secondary.last().unwrap().text, "in this expansion of the macro `BAD`, defined here");
    let (sources, parsed) = read("", "#define ID(a) (a)\nout[0] = ID(1f);");
    assert_eq!(sources.text(parsed.diagnostics[0].primary.span), "1f", "arguments keep their place");
}

#[test]
fn expansions_are_listed_for_later_stages() {
    let (sources, parsed) = read("#define TWO 2\n", "a = TWO;");
    let found = &parsed.expansions[0];
    assert_eq!((sources.text(found.span), &*found.name), ("TWO", "TWO"));
    let about = Diagnostic::error("x", found.span, "y");
    assert_eq!(sources.text(parsed.explain(about).secondary[0].span), "TWO");
}

#[test]
fn body_names_are_first_uses_after_preprocessing() {
    let (_, parsed) = read("", "#define I thread_position_in_grid.x\n// x_shape\nout[I] = x[I] + sin(y);");
    let names: Vec<&str> = parsed.body_names.iter().map(|n| &*n.name).collect();
    assert_eq!(names, ["out", "thread_position_in_grid", "x", "sin", "y"]);
}
