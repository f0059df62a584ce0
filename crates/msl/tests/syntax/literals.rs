//! Numbers, characters and strings.

use super::{check_expr, mended, refuses};

#[test]
fn integers_have_bases_suffixes_and_separators() {
    check_expr("42", "42");
    check_expr("42u", "42u");
    check_expr("42UL + 42ull + 42LLU + 42l", "(+ (+ (+ 42ul 42ul) 42ul) 42l)");
    check_expr("0x1F + 0XffU + 0b101 + 017 + 0", "(+ (+ (+ (+ 31 255u) 5) 15) 0)");
    check_expr("1'000'000", "1000000");
    check_expr("0xFFFFFFFFFFFFFFFFul", "18446744073709551615ul");
}

#[test]
fn floats_have_suffixes_and_exponents() {
    check_expr("1.5 + 1.5f + 1.5F + 1.5h + 1.5H", "(+ (+ (+ (+ 1.5 1.5f) 1.5f) 1.5h) 1.5h)");
    check_expr("1.5bf + 1.5BF", "(+ 1.5bf 1.5bf)");
    check_expr("1. + .5 + 1e3 + 1e-3f + 1.e+2", "(+ (+ (+ (+ 1.0 0.5) 1000.0) 0.001f) 100.0)");
    check_expr("0x1p-3 + 0x1.8p1f + 0xA.8p0", "(+ (+ 0.125 3.0f) 10.5)");
}

#[test]
fn characters_and_strings() {
    check_expr("'a' + '\\n' + '\\0' + '\\x41' + '\\''", "(+ (+ (+ (+ 'a' '\\n') '\\x00') 'A') '\\'')");
    check_expr(r#"f("a" "b\n", R"x(q"\)x")"#, r#"(call f "ab\n" "q\"\\")"#);
    check_expr("true || false || nullptr", "(|| (|| true false) nullptr)");
}

#[test]
fn bad_literals_say_what_is_wrong() {
    refuses("a = 1f;", &["bad-literal: the suffix `f` needs a float literal, and `1` is an integer @ 1f"]);
    assert_eq!(mended("a = 1f;"), "a = 1.0f;");
    refuses("a = 089;", &["bad-literal: `089` has a digit that base 8 does not have @ 089"]);
    refuses("a = 0x;", &["bad-literal: `0x` has no digits @ 0x"]);
    refuses("a = 1e;", &["bad-literal: the exponent of `1e` has no digits @ 1e"]);
    refuses(
        "a = 1.0q;",
        &["bad-literal: `q` is not a suffix of a float literal (`f`, `h` and `bf` are) @ 1.0q"],
    );
    refuses("a = 'ab';", &["bad-literal: a character literal holds exactly one byte @ 'ab'"]);
    refuses(
        "a = 99999999999999999999;",
        &["bad-literal: `99999999999999999999` does not fit in 64 bits @ 99999999999999999999"],
    );
}
