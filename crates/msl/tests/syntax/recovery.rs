//! Findings about broken text: where they point, what mends them, how few they are.

use super::{check, mended, read, refuses};
use emberforge_msl::syntax::print_tree;

#[test]
fn a_missing_semicolon_costs_one_finding() {
    refuses(
        "float a = 1\nfloat b = 2;\nout[0] = a\n",
        &[
            "expected-token: expected `;` after the declaration @ ",
            "expected-token: expected `;` after the expression @ ",
        ],
    );
    assert_eq!(mended("float a = 1\nfloat b = 2;"), "float a = 1;\nfloat b = 2;");
    let (_, parsed) = read("", "float a = 1\nfloat b = 2;\n");
    assert_eq!(print_tree(&parsed.tree), "var a: float = 1\nvar b: float = 2\n");
}

#[test]
fn unclosed_brackets_point_at_the_opener() {
    refuses("out[0] = f(a;", &["unclosed-delimiter: unclosed `(` @ ("]);
    assert_eq!(mended("out[0] = f(a;"), "out[0] = f(a);");
    refuses("if (a {\n b();\n}", &["unclosed-delimiter: unclosed `(` @ ("]);
    refuses("a[1 = 2;", &["unclosed-delimiter: unclosed `[` @ ["]);
    refuses("if (a) {\n b();\n", &["unclosed-delimiter: unclosed `{` @ {"]);
    refuses("a();\n}\nb();", &["unmatched-delimiter: this `}` closes nothing @ }"]);
    refuses("f(a b);", &["expected-token: expected `)`, found `b` @ b"]);
}

#[test]
fn errors_in_heads_keep_the_bodies() {
    refuses(
        "for (int k = 0, k < 3; k++) { a(); }\nb();",
        &["expected-token: expected `;` after the declaration @ "],
    );
    refuses("while () { a(); }", &["expected-token: expected a condition, found `)` @ )"]);
    refuses("if a > 3 { b(); }", &["expected-token: expected `(` after `if`, found `a` @ a"]);
}

#[test]
fn misspelt_words() {
    assert_eq!(mended("retrun;"), "return;");
    assert_eq!(mended("flaot a = 1;"), "float a = 1;");
    refuses("int n = 1; n y = 3;", &["not-a-type: `n` is not a type @ n"]);
    refuses("float for = 1;", &["expected-name: `for` is a keyword, not a name @ for"]);
    refuses("else { }", &["expected-token: `else` without `if` @ else"]);
}

#[test]
fn strange_characters() {
    refuses("a = b × 2;", &["unexpected-character: the character `×` has no meaning here @ ×"]);
    assert_eq!(mended("a = b × 2;"), "a = b * 2;");
    refuses("a =\u{a0}b;", &["unexpected-character: invisible character U+00A0 is read as a space @ \u{a0}"]);
    check("float α = 1;", "var α: float = 1");
}

#[test]
fn unterminated_things() {
    refuses("a(); /* b", &["unterminated-comment: unterminated block comment @ /*"]);
    refuses(
        "a(\"b);\n",
        &["unclosed-delimiter: unclosed `(` @ (", "unterminated-literal: unterminated string @ \"b);"],
    );
    refuses("#define F(a) a\nF(1, ", &["unclosed-delimiter: unclosed `(` in the use of the macro `F` @ ("]);
}
