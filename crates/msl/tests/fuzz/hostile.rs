//! Texts that are small to write and large to read.

use crate::driver::Case;
use crate::grammar::signature;

const MEGABYTE: usize = 1 << 20;

/// Deep nesting of everything that nests, long chains, macro bombs, template towers, and a megabyte of one token; in
/// more sizes when `all` are wanted.
pub(crate) fn cases(all: bool) -> Vec<Case> {
    let sizes = |some: &[usize], more: &[usize]| if all { [some, more].concat() } else { some.to_vec() };
    let mut list: Vec<(String, String)> = Vec::new();
    let mut body = |text: String| list.push((String::new(), text));
    for depth in sizes(&[310, 10_000], &[50, 150, 2000, 50_000]) {
        for (open, middle, close) in NESTS {
            body(format!("{}{middle}{}", open.repeat(depth), close.repeat(depth)));
            body(open.repeat(depth));
        }
    }
    for length in sizes(&[490, 10_000], &[100, 3000, 40_000]) {
        for operator in OPERATORS {
            body(format!("int q = 1; bool b = true; y[0] = q{};", format!(" {operator} q").repeat(length)));
        }
        body(format!("y[0] = {};", "1 ? 2 : ".repeat(length) + "3"));
        body(format!("if (x[0] > 1) y[0] = 1; {}", "else if (x[0] > 2) y[1] = 2; ".repeat(length)));
        body(format!(
            "switch (1) {{ {} }}",
            (0..length).map(|i| format!("case {i}: ")).collect::<String>() + "break;"
        ));
        body((0..length).map(|i| format!("float v{i} = x[{i}]; ")).collect());
        body("y[0] += x[0] * 2; ".repeat(length));
        body(format!("float a[{length}] = {{ {} }}; y[0] = a[3];", "1, ".repeat(length)));
        body(format!("y[0] = 0x{}p0;", "f".repeat(length)));
        body(format!("y[0] = {}.{}e{};", "9".repeat(length), "9".repeat(length), "9".repeat(length % 500)));
        body(format!("float {} = 1;", "a".repeat(length)));
    }
    for token in TOKENS {
        body(token.repeat(MEGABYTE / token.len()));
    }
    body("for (;;) { y[0] += 1; }".into());
    body("while (true) ;".into());
    body("threadgroup float a[1 << 30]; y[0] = a[0];".into());
    body("float a[100000][100000]; y[0] = a[0][0];".into());
    body("constexpr int n = 1 << 31; float a[n]; y[0] = a[0];".into());
    body("float a[65536] = {}; float b[65536] = {1}; y[0] = a[1] + b[2];".into());
    for n in sizes(&[5, 40, 3000], &[300, 10_000]) {
        list.push((doubling_macros(n), "y[0] = A0;".into()));
        list.push((doubling_macros(n), "F0(1)".into()));
        list.push((doubling_functions(n), format!("y[0] = f{n}(x[0]);")));
        list.push((doubling_structs(n), format!("S{n} s; y[0] = s.a.a.a.a.a.v; S{n} t = s; s = t;")));
        list.push((template_tower(n), format!("y[0] = f<{n}>(1) + S<{n}>::v;")));
        list.push((alias_chain(n), format!("A{n} a = 1; y[0] = a;")));
        list.push((format!("#define F(x) x x\n{}1{}", "F(".repeat(n), ")".repeat(n)), "y[0] = 1;".into()));
        list.push((format!("{}\n{}", "#if 1\n".repeat(n), "#endif\n".repeat(n)), "y[0] = 1;".into()));
        list.push((format!("#if {}1{}\n#endif\n", "(".repeat(n), ")".repeat(n)), "y[0] = 1;".into()));
        list.push((
            format!("{} int f() {{ return 1; }} {}", "namespace a {".repeat(n), "}".repeat(n)),
            "y[0] = 1;".into(),
        ));
        list.push((
            String::new(),
            format!("auto f0 = [&](int a) {{ return a; }}; {} y[0] = f{n}(1);", lambda_chain(n)),
        ));
        list.push((
            format!("template <{}> int f() {{ return 1; }}", vec!["int N"; n].join(", ")),
            "y[0] = f<1>();".into(),
        ));
        list.push((format!("int f({}) {{ return 1; }}", vec!["int"; n].join(", ")), "y[0] = f();".into()));
        list.push((
            (0..n).map(|i| format!("float f(float a, int b[{}]) {{ return a; }}\n", i + 1)).collect(),
            "y[0] = f(1);".into(),
        ));
        list.push((String::new(), format!("float{} p = &y[0]; y[0] = 1;", "*".repeat(n))));
        list.push((String::new(), format!("float a{} = {{}}; y[0] = 1;", "[2]".repeat(n))));
        list.push((
            String::new(),
            format!("for (int i0 = 0; i0 < 2; i0++) {} y[0] += 1;", loops(n.min(400))),
        ));
    }
    list.into_iter().map(|(header, body)| Case { header, body, signature: signature() }).collect()
}

const NESTS: [(&str, &str, &str); 24] = [
    ("(", "1", ")"),
    ("{", ";", "}"),
    ("[", "1", "]"),
    ("y[", "0", "]"),
    ("float(", "1", ")"),
    ("(int)", "1", ";"),
    ("max(1, ", "2", ")"),
    ("!", "1", ";"),
    ("- ", "1", ";"),
    ("*&", "y", ";"),
    ("vec<", "float, 2>", ", 2>"),
    ("S<", "int", ">"),
    ("if (1) ", "y[0] = 1;", ""),
    ("if (1) {", "y[0] = 1;", "}"),
    ("for (int i = 0; i < 2; i++) ", "y[0] += 1;", ""),
    ("do ", "y[0] += 1;", " while (0);"),
    ("switch (1) case 1: ", "y[0] = 1;", ""),
    ("switch (1) { default: ", "y[0] = 1;", "}"),
    ("1 ? ", "2", " : 3"),
    ("y[0] = ", "2", ";"),
    ("[&]() { return ", "1;", "}();"),
    ("float a[2] = {", "1", "};"),
    ("struct S { ", "int a;", "};"),
    ("sizeof(", "int", ")"),
];

const OPERATORS: [&str; 14] = ["+", "-", "*", "/", "%", "<<", ">>", "<", "==", "&", "^", "|", "&&", ","];

const TOKENS: [&str; 24] = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<",
    ";",
    ",",
    "a",
    "a ",
    "1",
    "1 ",
    "\"",
    "'",
    "\\\n",
    "#\n",
    "#define a b\n",
    "//",
    "/*",
    "\0",
    "é",
    "else ",
    "template<",
];

fn doubling_macros(n: usize) -> String {
    (0..n).map(|i| format!("#define A{i} A{0} A{0}\n#define F{i}(x) F{0}(x x)\n", i + 1)).collect()
}

fn doubling_functions(n: usize) -> String {
    let step = |i: usize| format!("float f{}(float a) {{ return f{i}(a) * f{i}(a + 1); }}\n", i + 1);
    "float f0(float a) { return a; }\n".to_string() + &(0..n).map(step).collect::<String>()
}

fn doubling_structs(n: usize) -> String {
    let step = |i: usize| format!("struct S{} {{ S{i} a; S{i} b; }};\n", i + 1);
    "struct S0 { float v; };\n".to_string() + &(0..n).map(step).collect::<String>()
}

fn template_tower(n: usize) -> String {
    format!(
        "template <int N> int f(int a) {{ if constexpr (N > 0) return f<N - 1>(a) + 1; else return a; }}\n\
         template <int N> struct S {{ static constexpr int v = S<N - 1>::v + 1; }};\n\
         template <> struct S<0> {{ static constexpr int v = {n}; }};\n"
    )
}

fn alias_chain(n: usize) -> String {
    "using A0 = float;\n".to_string()
        + &(0..n).map(|i| format!("using A{} = A{i};\n", i + 1)).collect::<String>()
}

fn lambda_chain(n: usize) -> String {
    (0..n).map(|i| format!("auto f{} = [&](int a) {{ return f{i}(a) + f{i}(a); }}; ", i + 1)).collect()
}

fn loops(n: usize) -> String {
    (1..n).map(|i| format!("for (int i{i} = 0; i{i} < 2; i{i}++) ")).collect()
}
