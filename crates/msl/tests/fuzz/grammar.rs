//! Random headers and bodies of nearly everything the language has, mostly well typed.
//!
//! Expressions are made for a kind (`int`, `float`, ...); now and then another kind is given instead, so that
//! conversions and their refusals are met too. The text need not mean anything: what is computed is compared elsewhere
//! (`expressions.rs` of the kernel crate); here it is to reach as much of the front end as it can.

use crate::driver::Case;
use crate::random::Random;
use crate::seeds::pieces;
use emberforge_base::DType;
use emberforge_msl::{InputParam, MathMode, OutputParam, Signature, TemplateValue};

/// What the cases of this module and of `hostile` are compiled for.
pub(crate) fn signature() -> Signature {
    let input = |name: &str, dtype, ndim, size| InputParam { name: name.into(), dtype, ndim, size };
    Signature {
        name: "fuzz".into(),
        inputs: vec![
            input("x", DType::F32, 2, 64),
            input("n", DType::I32, 1, 3),
            input("s", DType::F32, 0, 1),
            input("h", DType::F16, 1, 64),
        ],
        outputs: vec![
            OutputParam { name: "y".into(), dtype: DType::F32 },
            OutputParam { name: "o".into(), dtype: DType::I32 },
        ],
        template: vec![
            ("T".into(), TemplateValue::Type(DType::F16)),
            ("N".into(), TemplateValue::Int(3)),
            ("B".into(), TemplateValue::Bool(true)),
        ],
        ..Signature::default()
    }
}

/// A random case.
pub(crate) fn case(random: &mut Random) -> Case {
    let sloppy = if random.chance(25) { 2 } else { 0 };
    let mut maker = Maker {
        sloppy,
        random,
        text: String::new(),
        vars: Vec::new(),
        next: 0,
        left: 0,
        in_header: true,
        loops: 0,
    };
    let header = maker.header();
    maker.in_header = false;
    maker.left = 4 + maker.random.below(30);
    maker.line("uint i = thread_position_in_grid.x;");
    maker.vars = vec![("i".into(), Kind::Int)];
    while maker.left > 0 {
        maker.statement(0);
    }
    let body = std::mem::take(&mut maker.text);
    let mut signature = signature();
    signature.math_mode =
        [MathMode::Safe, MathMode::Safe, MathMode::Relaxed, MathMode::Fast][random.below(4)];
    Case { header, body, signature }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Bool,
    /// `float4`.
    Vector,
    /// `P`, a struct of the header.
    Struct,
    /// `float[4]`, named, not a value.
    Array,
}

use Kind::{Array, Bool, Float, Int, Vector};

const VALUES: [Kind; 4] = [Int, Float, Bool, Vector];

struct Maker<'r> {
    random: &'r mut Random,
    text: String,
    vars: Vec<(String, Kind)>,
    next: u32,
    left: usize,
    /// Inputs, outputs and template arguments are not in scope.
    in_header: bool,
    /// Percent of expressions made for another kind.
    sloppy: usize,
    /// Loops around.
    loops: usize,
}

impl Maker<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        self.random.pick(list)
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }

    fn type_of(&mut self, kind: Kind) -> &'static str {
        match kind {
            Int => self.pick(&[
                "int", "uint", "long", "ulong", "short", "ushort", "uchar", "char", "size_t", "uint32_t",
            ]),
            Float => self.pick(&["float", "float", "half", "bfloat", "T", "float16_t", "bfloat16_t"]),
            Bool => "bool",
            Vector => "float4",
            Kind::Struct => "P",
            Array => "float",
        }
    }

    // The header: items that bodies rely on, then random functions.
    fn header(&mut self) -> String {
        self.line("#define SQ(a) ((a) * (a))\n#define CAT(a, b) a##b\n#define ADD(a, ...) ((a) + (__VA_ARGS__))\n#define K 7\n#define helper helper0");
        self.line("constant float table[4] = {1.0f, 2.0f, 4.0f, 8.0f};\nconstexpr constant int four = 4;");
        self.line("struct P { float a; int b[2]; float sum() const { return a + b[0]; } P operator+(P p) const { P q = p; q.a += a; return q; } };");
        self.line("template <typename U, int M = 2> struct Box { U v[M]; U at(int k) const { return v[k % M]; } static constexpr int size = M; };");
        self.line("template <typename U> U twice(U a) { return a + a; }\ntemplate <int M, typename U> U times(U a) { U r = a; for (int k = 0; k < M; k++) { r = r + a; } return r; }");
        self.line("inline void bump(thread float& a, float b = 1.5f) { a += b; }\nenum Mode : uint { low, high = 5, higher };");
        self.line(
            "namespace deep { namespace er { using real = float; real half_of(real a) { return a / 2; } } }",
        );
        if self.random.chance(30) {
            let text = self.pick(&[
                "#if defined(SQ) && !defined(NOPE) && K > 3 * 2\n#elif 1\n#error no\n#else\n#error no\n#endif",
                "#include <metal_stdlib>\nusing namespace metal;\n#pragma clang fp contract(off)",
                "#ifndef GUARD\n#define GUARD 1\n#endif\n#undef GUARD\n#if GUARD\n#error no\n#endif",
                "typedef float4 quad;\nusing pair = vec<half, 2>;\nstatic_assert(sizeof(quad) == 16, \"quad\");",
                "#define REPEAT(m) m(0) m(1) m(2)\n#define ONE(k) constant int CAT(item, k) = k;\nREPEAT(ONE)",
            ]);
            self.line(text);
        }
        for k in 0..1 + self.random.below(2) {
            let start = self.text.len();
            let (a, b, to) = (self.type_of(Float), self.type_of(Int), self.type_of(Float));
            self.vars = vec![("a".into(), Float), ("b".into(), Int)];
            self.line(&format!("{to} helper{k}({a} a, {b} b) {{"));
            self.left = 1 + self.random.below(5);
            while self.left > 0 {
                self.statement(2);
            }
            let value = self.expr(Float, 2);
            self.line(&format!("return {value}; }}"));
            self.line(&format!("#define HELP{k}(q) helper{k}(q, {k}) + SQ(q)"));
            // What the body alone has.
            let function = self.text.split_off(start);
            let replaced = pieces(&function).into_iter().map(|piece| match piece {
                "T" => "float",
                "N" => "3",
                "B" => "true",
                "i" => "b",
                "n" | "x_shape" => "table",
                "helper" => "ADD",
                other => other,
            });
            self.text.extend(replaced);
        }
        self.vars.clear();
        std::mem::take(&mut self.text)
    }

    fn looped(&mut self, depth: usize) {
        self.loops += 1;
        self.block(depth);
        self.loops -= 1;
    }

    fn block(&mut self, depth: usize) {
        let outer = self.vars.len();
        self.line("{");
        for _ in 0..1 + self.random.below(3) {
            self.statement(depth + 1);
        }
        self.line("}");
        self.vars.truncate(outer);
    }

    fn statement(&mut self, depth: usize) {
        self.left = self.left.saturating_sub(1);
        let deep = depth >= 4;
        match self.random.below(if deep { 11 } else { 20 }) {
            0..=2 => self.declaration(),
            3..=6 => self.assignment(),
            7 => {
                if self.in_header {
                    return self.assignment();
                }
                let target = self.pick(&["y[i]", "o[i]", "y[i % 4]", "o[0]", "*(y + i)"]);
                let value = self.expr(if target.starts_with('o') { Int } else { Float }, 3);
                let op = self.pick(&["=", "=", "+=", "-=", "*="]);
                self.line(&format!("{target} {op} {value};"));
            }
            8 if self.in_header => self.line("{ float t = a; bump(t); bump(t, 2); a = t; }"),
            8 => {
                let text = self.pick(&[
                    ";",
                    "threadgroup_barrier(mem_flags::mem_threadgroup);",
                    "#pragma unroll",
                    "y[i] = HELP0(x[i]);",
                    "simdgroup_barrier(mem_flags::mem_none);",
                    "if (i > 90) return;",
                    "static_assert(N == 3 && B);",
                    "#ifdef K\n o[i] = K;\n#else\n broken ( \n#endif",
                    "using W = Box<int, 3>; W w = {{1, 2, 3}}; o[i] += w.at(1) + W::size;",
                    "P p = {1.5f, {2, 3}}; p = p + p; y[i] = p.sum();",
                    "threadgroup float shared[32][2]; shared[i % 32][1] = s; y[i] = shared[0][0];",
                    "threadgroup atomic_uint counter; atomic_fetch_add_explicit(&counter, 1u, memory_order_relaxed);",
                    "device float* p = y + 3; p[1] = *p; p += 2; *p++ = 4; o[i] = p - y;",
                    "auto f = [&](float q) { y[i] += q; return q * 2; }; y[i] = f(f(1));",
                    "simdgroup_float8x8 m; simdgroup_load(m, x, 8); simdgroup_store(m, y, 8);",
                ]);
                self.line(&format!("{{\n{text}\n}}"));
            }
            9 | 10 => {
                let value = self.expr(Float, 3);
                self.line(&format!("{value};"));
            }
            11 | 12 => {
                let condition = self.expr(Bool, 2);
                let constexpr = if self.random.chance(15) { "constexpr (B) //" } else { "" };
                self.line(&format!("if {constexpr} ({condition})"));
                self.block(depth);
                if self.random.chance(40) {
                    self.line("else");
                    self.block(depth);
                }
            }
            13 | 14 => {
                let name = self.fresh("c");
                let bound = self.pick(&["4", "N", "four", "n[0]", "int(i) % 5", "K", "x_shape[1]"]);
                self.line(&format!("for (int {name} = 0; {name} < {bound}; {name}++)"));
                self.vars.push((name, Int));
                self.looped(depth);
                self.vars.pop();
            }
            15 => {
                let name = self.fresh("c");
                self.line(&format!("int {name} = 5; while ({name}-- > 0)"));
                self.looped(depth);
            }
            16 => {
                let name = self.fresh("c");
                self.line(&format!("uint {name} = 0; do"));
                self.looped(depth);
                self.line(&format!("while (++{name} < 3);"));
            }
            17 => {
                let value = self.expr(Int, 2);
                self.line(&format!("switch ({value}) {{"));
                for label in ["case 0:", "case 1: case four:", "default:", "case low + 9:"] {
                    if self.random.chance(70) {
                        self.line(label);
                        self.block(depth);
                        let end = self.pick(&["break;", "break;", ""]);
                        self.line(end);
                    }
                }
                self.line("}");
            }
            18 if self.loops > 0 => {
                let condition = self.expr(Bool, 1);
                let jump = self.pick(&["break", "continue"]);
                self.line(&format!("if ({condition}) {jump};"));
            }
            _ => self.block(depth),
        }
    }

    fn declaration(&mut self) {
        let kind = [Int, Int, Float, Float, Bool, Vector, Kind::Struct, Array][self.random.below(8)];
        let constant = self.random.chance(15);
        let name = self.fresh(if constant { "c" } else { "v" });
        let ty = self.type_of(kind);
        let text = match kind {
            Array => {
                let (a, b) = (self.expr(Float, 1), self.expr(Float, 1));
                format!("float {name}[4] = {{{a}, {b}}};")
            }
            Kind::Struct => format!("P {name} = {{{}, {{1, K}}}};", self.expr(Float, 1)),
            _ => {
                let value = self.expr(kind, 3);
                match self.random.below(5) {
                    _ if constant => format!("const {ty} {name} = {value};"),
                    0 => format!("auto {name} = {value};"),
                    1 => format!("{ty} {name}{{{ty}({value})}};"),
                    2 => format!("{ty} {name}({value});"),
                    3 => format!("{ty} {name}; {name} = {value};"),
                    4 => format!("{ty} {name} = {value}, {name}_ = {name};"),
                    _ => format!("{ty} {name} = {value};"),
                }
            }
        };
        self.line(&text);
        self.vars.push((name, kind));
    }

    fn assignment(&mut self) {
        let at = self.random.below(self.vars.len());
        let Some((name, kind)) = self.vars.get(at).cloned() else { return };
        if name.starts_with(['i', 'c']) {
            return;
        }
        let part = self.pick(&["", "", ".x", ".zy = float2", ".wzyx", "[2]", ".rgb = float3"]);
        let whole = matches!(kind, Int | Bool) || kind == Vector && matches!(part, "" | ".wzyx");
        let value = self.expr(if whole { kind } else { Float }, 3);
        let text = match kind {
            Int => {
                let op = self.pick(&["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="]);
                format!("{name} {op} {value};")
            }
            Vector => {
                if part.contains('=') {
                    format!("{name}{part}(1);")
                } else {
                    format!("{name}{part} += {value};")
                }
            }
            Float => format!("{name} {} {value};", self.pick(&["=", "+=", "-=", "*=", "/="])),
            Bool => format!("{name} = {value};"),
            Array => format!("{name}[{}] = {value};", self.expr(Int, 1)),
            Kind::Struct => format!("{name}{} = {value};", self.pick(&[".a", ".b[1]", ".b[i % 2]"])),
        };
        self.line(&text);
    }

    /// A variable of a kind, or a part of one.
    fn variable(&mut self, kind: Kind) -> Option<String> {
        let at = self.random.below(self.vars.len());
        let (name, found) = self.vars.get(at)?.clone();
        match (found, kind) {
            _ if found == kind => Some(name),
            (Vector, Float) => Some(format!("{name}.{}", self.pick(&["x", "y", "w", "r"]))),
            (Array, Float) => Some(format!("{name}[{}]", self.expr(Int, 0))),
            (Kind::Struct, Float) => Some(format!("{name}.{}", self.pick(&["a", "sum()"]))),
            (Kind::Struct, Int) => Some(format!("{name}.b[1]")),
            _ => None,
        }
    }

    fn expr(&mut self, kind: Kind, depth: usize) -> String {
        let kind = if self.random.chance(self.sloppy) { VALUES[self.random.below(4)] } else { kind };
        if depth == 0 || self.random.chance(15) {
            return self.leaf(kind);
        }
        if self.random.chance(8) {
            let condition = self.expr(Bool, depth - 1);
            let (a, b) = (self.expr(kind, depth - 1), self.expr(kind, depth - 1));
            return format!("(({condition}) ? {a} : {b})");
        }
        let d = depth - 1;
        let (form, args) = match kind {
            Int => match self.random.below(8) {
                0..=3 => (
                    self.pick(&[
                        "(@ + $)",
                        "@ - $",
                        "@ * $",
                        "(@ / $)",
                        "@ % $",
                        "(@ & $)",
                        "(@ ^ $)",
                        "@ << ($ & 7)",
                        "(@ >> 1) | $",
                    ]),
                    [Int, Int],
                ),
                4 => (
                    self.pick(&[
                        "int(@)",
                        "(long)@",
                        "static_cast<uint>(@)",
                        "ushort(@)",
                        "(@, $)",
                        "as_type<int>(float(@))",
                    ]),
                    [Float, Int],
                ),
                5 => (
                    self.pick(&[
                        "min(int(@), int($))",
                        "abs(int(@))",
                        "popcount(uint(@))",
                        "clamp(int(@), 1, 9)",
                        "times<2>(@)",
                        "mulhi(int(@), int($))",
                    ]),
                    [Int, Int],
                ),
                6 => (
                    self.pick(&["-@", "~@", "+(@)", "SQ(@)", "ADD(@, $)", "sizeof(@)", "CAT(fo, ur)"]),
                    [Int, Int],
                ),
                _ => (
                    self.pick(&[
                        "(int)(@)",
                        "simd_sum(int(@))",
                        "(@ ? 1 : 2)",
                        "simd_shuffle(uint(@), 3)",
                        "ceildiv(int(@), 4)",
                        "Mode::high",
                    ]),
                    [Bool, Int],
                ),
            },
            Float => match self.random.below(8) {
                0..=2 => {
                    (self.pick(&["(@ + $)", "@ - $", "@ * $", "(@ / $)", "(@ + $) * 2"]), [Float, Float])
                }
                3 => (
                    self.pick(&[
                        "exp(float(@))",
                        "metal::sqrt(float(@))",
                        "fast::tanh(float(@))",
                        "sin(float(@))",
                        "fma(float(@), float($), 1.0f)",
                        "max(float(@), float($))",
                        "pow(float(@), 2.0f)",
                        "select(float(@), float($), true)",
                    ]),
                    [Float, Float],
                ),
                4 => (
                    self.pick(&["float(@)", "(half)(@)", "static_cast<float>(@)", "T(@)", "bfloat(@)"]),
                    [Int, Int],
                ),
                5 => (
                    self.pick(&[
                        "(@).x",
                        "dot(@, $)",
                        "length(@)",
                        "(@ + $).w",
                        "@[int(i) % 4]",
                        "normalize(@).y",
                    ]),
                    [Vector, Vector],
                ),
                6 => (
                    self.pick(&[
                        "twice(@)",
                        "helper(@, 3)",
                        "times<N>(@)",
                        "deep::er::half_of(@)",
                        "SQ(@)",
                        "simd_sum(float(@))",
                        "simd_max(float($))",
                    ]),
                    [Float, Float],
                ),
                _ => (
                    self.pick(&[
                        "-@",
                        "(@)",
                        "fabs(float(@))",
                        "Box<float>{{@, $}}.v[1]",
                        "table[uint(@) % 4]",
                        "metal::precise::exp(float(@))",
                    ]),
                    [Float, Float],
                ),
            },
            Bool => match self.random.below(3) {
                0 => (self.pick(&["@ < $", "(@ >= $)", "@ == $", "@ != $"]), [Int, Int]),
                1 => (self.pick(&["(@ > $)", "isnan(float(@))", "@ <= $"]), [Float, Float]),
                _ => (
                    self.pick(&["(@ && $)", "(@ || $)", "!(@)", "simd_any(@)", "any(bool2(@, $))"]),
                    [Bool, Bool],
                ),
            },
            _ => match self.random.below(3) {
                0 => (
                    self.pick(&[
                        "float4(@)",
                        "float4(@, $, 1, 2)",
                        "float4(float2(@, $), float2($, @))",
                        "float4{@, $}",
                    ]),
                    [Float, Float],
                ),
                1 => (
                    self.pick(&["(@ + $)", "@ * $", "@ * 2.0f", "max(@, $)", "exp(@)", "mix(@, $, 0.5f)"]),
                    [Vector, Vector],
                ),
                _ => (
                    self.pick(&[
                        "(@).wzyx",
                        "@.xxyy",
                        "-@",
                        "select(@, $, @ < $)",
                        "float4(half4(@))",
                        "float4(@.xyz, 1)",
                    ]),
                    [Vector, Vector],
                ),
            },
        };
        let mut out = String::new();
        for part in form.split_inclusive(['@', '$']) {
            let Some(before) = part.strip_suffix(['@', '$']) else {
                out.push_str(part);
                break;
            };
            out.push_str(before);
            let operand = self.expr(args[usize::from(part.ends_with('$'))], d);
            out.push_str(&if self.random.chance(90) { format!("({operand})") } else { operand });
        }
        out
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if self.random.chance(60)
            && let Some(text) = self.variable(kind)
        {
            return text;
        }
        let text = match kind {
            _ if self.in_header => match kind {
                Int => {
                    self.pick(&["0", "1", "2u", "7l", "0xffu", "K", "four", "'a'", "-3", "high", "sizeof(P)"])
                }
                Float => self.pick(&["0.5f", "1.0", "1e-3f", "INFINITY", "table[1]", "3.0h", "FLT_MAX"]),
                Bool => self.pick(&["true", "false", "(four > 3)"]),
                _ => self.pick(&["float4(1)", "float4(0, 1, 2, 3)"]),
            },
            Int => self.pick(&[
                "0",
                "1",
                "2u",
                "7l",
                "0xffu",
                "N",
                "K",
                "four",
                "n[1]",
                "x_shape[0]",
                "x_ndim",
                "'a'",
                "2147483647",
                "-3",
                "high",
                "thread_index_in_simdgroup",
                "sizeof(P)",
            ]),
            Float => self.pick(&[
                "0.5f",
                "1.0",
                "x[i]",
                "s",
                "h[i]",
                "T(2)",
                "1e-3f",
                "INFINITY",
                "M_PI_F",
                "table[1]",
                "3.0h",
                "x[elem_to_loc(i, x_shape, x_strides, x_ndim)]",
                "Limits<float>::max",
                "FLT_MAX",
            ]),
            Bool => self.pick(&["true", "false", "B", "(i > 3)", "is_same_v<T, half>"]),
            _ => self.pick(&["float4(1)", "float4(0, 1, 2, 3)", "float4(x[i])"]),
        };
        text.into()
    }
}
