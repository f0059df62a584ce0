//! Nothing panics or runs away, whatever the text.

use super::{check, read, shown};

/// The most tokens the preprocessor may make of a small text.
fn bounded(body: &str, code: &str) {
    for in_header in [false, true] {
        let (header, body) = if in_header { (body, "") } else { ("", body) };
        let (sources, parsed) = read(header, body);
        assert!(parsed.diagnostics.len() <= 50, "{} findings", parsed.diagnostics.len());
        if !in_header && !code.is_empty() {
            assert!(parsed.diagnostics.iter().any(|d| d.code == code), "{:?}", shown(&sources, &parsed));
        }
    }
}

#[test]
fn deep_nesting_ends_with_one_finding() {
    for text in [
        "(", "{", "-", "!", "a(", "a[", "a<", "f<a,", "float(", "(int)", "if (a) ", "a ? ", "a = ",
        "[&]() {", "sizeof(",
    ] {
        bounded(&text.repeat((1 << 18) / text.len()), "nested-too-deeply");
    }
    for text in ["a+", "a.", "a,", "a&&"] {
        bounded(&text.repeat((1 << 18) / text.len()), "nested-too-deeply");
    }
}

#[test]
fn repetition_of_anything_ends() {
    for text in [
        "<",
        ">",
        ")",
        "]",
        "}",
        "#",
        "\\",
        "'",
        "\"",
        "::",
        "#if 1\n",
        "#else\n",
        "/*",
        "R\"(",
        "×",
        "\0",
        "operator",
        "template<",
        "struct a{",
        "namespace a{",
        "enum{",
        "[[",
        "else ",
        "do ",
        "case 1:",
        "a b ",
        "int ",
        "int*",
        "vec<",
        "static_cast<int>(",
        "#define a a\n",
        "__LINE__ ",
        "typename ",
        "kernel void f(){",
        "switch(a){",
        "decltype(",
        "using a=",
        "goto a;",
        "decltype(a;",
        "int f(float[ ;",
        "a<b(;",
        "x.y<",
        "{.x=",
    ] {
        bounded(&text.repeat((1 << 16) / text.len()), "");
    }
}

#[test]
fn macro_bombs_run_out_of_fuel() {
    let mut bomb = String::new();
    for i in 0..20 {
        bomb += &format!("#define A{i} A{} A{}\n", i + 1, i + 1);
    }
    for i in 0..20 {
        bomb += &format!("#define F{i}(x) F{}(x x)\n", i + 1);
    }
    bounded(&format!("{bomb}A0"), "macro-too-large");
    bounded(&format!("{bomb}F0(1)"), "macro-too-large");
    let nested = format!("#define F(x) x x\n{}1{}", "F(".repeat(60), ")".repeat(60));
    bounded(&nested, "macro-too-large");
    let deep = format!("#define F(x) x\n{}1{}", "F(".repeat(20000), ")".repeat(20000));
    bounded(&deep, "");
    let chain: String = (0..5000).map(|i| format!("#define a{i} (a{})\n", i + 1)).collect();
    bounded(&format!("{chain}a0"), "nested-too-deeply");
}

#[test]
fn the_end_may_come_anywhere() {
    let header = "#include <metal_stdlib>\n#define F(a, ...) a + #a\ntemplate <typename T, int N = 3> struct S : B<T> \
                  { T v[N]; S(T a) : v{a} {} T operator+(S o) const { return v[0]; } enum class E : uint { A = 1 }; };\n\
                  template <> inline float f<float>(device const float* a [[buffer(0)]]);\n\
                  namespace a::b { using X = vec<T, 4>; typedef struct { int q; } Y; }\n#if defined(F) && 1 > 0\n#endif\n";
    let body = "for (int i = 0; i < 3; ++i) { if (a) b[i] = F(1, 2); else return; }\n\
                auto f = [&, q](float x) -> float { return x ? 1.0f : .5e3; };\nswitch (a) { case 1: default: break; }\n\
                do { x.y->z++; } while (static_cast<vec<float, 4>>(x).x > sizeof(int) << 2);\n\
                threadgroup float t[2][3] = {{1}, {.x = 'a'}}; \"s\" R\"(r)\"; /* c */ kernel void k(int a) { }\n";
    for text in [header, body] {
        for end in 0..text.len() {
            bounded(&text[..end], "");
            bounded(&text[end..], "");
        }
    }
}

#[test]
fn damaged_texts_are_read_to_the_end() {
    let text = "#define F(a, b) a##b\ntemplate <typename T> T f(T a, device float* b) { return a < b[0] ? T(1) : (T)2; }\n\
                struct S { float a; S(float x) : a(x) {} };\nvec<float, 4> v = {1, 2}; out[i] = F(x, 1) + f<float>(v.x, y);\n\
                for (uint i = 0; i < 4; i++) { if (x[i] > 3) continue; }\n#ifdef A\n#else\n#endif\n";
    let parts: Vec<&str> = text.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
    let mut state = 12345u64;
    let mut random = move |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    for _ in 0..3000 {
        let mut damaged = parts.clone();
        for _ in 0..1 + random(4) {
            let (a, b) = (random(damaged.len()), random(damaged.len()));
            match random(3) {
                0 => {
                    damaged.remove(a);
                }
                1 => damaged.swap(a, b),
                _ => damaged.insert(a, parts[random(parts.len())]),
            }
        }
        bounded(&damaged.concat(), "");
    }
}

#[test]
fn long_but_reasonable_texts_are_read() {
    check(&"a = b;\n".repeat(5000), &"(= a b)\n".repeat(5000));
    let sum = format!("a = b{};", " + c".repeat(400));
    assert!(read("", &sum).1.diagnostics.is_empty());
    let chain = format!("{}d();", "if (a) b(); else ".repeat(100));
    assert!(read("", &chain).1.diagnostics.is_empty());
    let nested = format!("a = {}b{};", "(".repeat(100), ")".repeat(100));
    assert!(read("", &nested).1.diagnostics.is_empty());
}
