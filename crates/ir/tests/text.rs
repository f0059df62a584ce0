//! The IR's text: every operation prints and reads back, every span and odd name survives, and no text is dangerous.

use emberforge_base::{SourceId, Span};
use emberforge_ir::{
    Array, AtomicOp, Attribute, Barrier, BinaryOp, Builder, CompareOp, Kernel, LaneGroup, LaneOp, MathOp,
    MemoryFlags, Op, Scalar, Space, Stmt, Type, UnaryOp, ValueId, read, verify,
};

/// Every operation in the printer's own notation; it also verifies.
const EVERYTHING: &str = r#"kernel everything {
  buffer0: device read x
  buffer1: device write y
  buffer2: constant read z
  table0: twiddle = hex"0000803f000000bf"
  threadgroup array0: tile 1024 bytes cell 4
  thread array0: acc 16 bytes cell 4
  $0: u32 i
  $1: device* "a pointer"

  %0: u32 = attribute thread_position_in_grid.y
  %1: u32 = attribute thread_index_in_simdgroup
  %2: device* = buffer0
  %3: device* = buffer1
  %4: constant* = buffer2
  %5: constant* = table0
  %6: threadgroup* = threadgroup array0
  %7: thread* = thread array0
  %8: bool = const true
  %9: i32 = const -3
  %10: u64 = const 18446744073709551615
  %11: f32 = const 0.1
  %12: f32 = const -inf
  %13: f32 = const bits 0x7fc00001
  %14: f16 = const 0.099975586
  %15: bf16 = const 9.96921e37
  %16: f64 = const -0.0
  %17: i64 = const -9223372036854775808
  declare $0
  set $0 = %0
  %18: u32 = get $0
  %19: f32 = neg %11
  %20: bool = not %8
  %21: u32 = popcount %0
  %22: u32 = add %0, %1
  %23: u32 = add_saturate %0, %1
  %24: bool = le %0, %1
  %25: device* = select %8, %2, %3
  %26: f32 = fma %11, %12, %13
  %27: f32 = sin %11
  %28: f32 = pow %11, %12
  %29: f32 = ldexp %11, %9
  %30: bool = isnan %11
  %31: f32 = convert %9
  %32: u32 = bitcast %11
  %33: device* = offset %3, %22 * 4
  %34: i64 = address %33
  %35: f32 = load %33
  store %33, %35
  %37: u32 = atomic.add %33, %0
  %38: u32 = atomic.load %33
  atomic.store %33, %0
  %40: u32 = atomic.compare_exchange %33, %0, expected %1
  %41: f32 = simd.sum %11
  %42: f32 = quad.shuffle_xor %11, %1
  %43: bool = simd.is_first
  %44: f32 = matrix_multiply.1 %11, %11, %12, %12, %13
  barrier.threadgroup device threadgroup
  barrier.simdgroup threadgroup
  barrier.simdgroup
  loop @0 {
    if %8 {
      break @0
    } else {
      return
    }
  }
  block @1 {
    if %8 {
    }
  }
}
"#;

#[test]
fn every_kind_of_operation_prints_and_reads() {
    let kernel = read(EVERYTHING).unwrap();
    assert_eq!(kernel.to_string(), EVERYTHING);
    let problems = verify(&kernel);
    assert!(problems.is_empty(), "{}", kernel.annotated(&problems));
}

fn round_trip(kernel: &Kernel) {
    let text = kernel.text_with_spans();
    let again = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(&again, kernel, "{text}");
    let plain = kernel.to_string();
    assert_eq!(read(&plain).unwrap().to_string(), plain);
}

/// A kernel of one instruction each, whatever the types: printing and reading do not look at them.
fn of_ops(ops: impl IntoIterator<Item = Op>) -> Kernel {
    let mut b = Builder::new("ops");
    for (i, op) in (0..).zip(ops) {
        // Results, no results and skipped numbers in turn.
        let ty = (i % 3 != 2).then_some(Type::Scalar(Scalar::F32));
        b.inst(op, ty, Span::new(SourceId::new(i as u16 % 5), i, i + 3));
    }
    b.finish()
}

#[test]
fn every_word_of_every_table_reads_back() {
    use AtomicOp as A;
    use BinaryOp as B;
    use LaneOp as L;
    use MathOp as M;
    use UnaryOp as U;
    let [a, b, c] = [ValueId(0), ValueId(7), ValueId(u32::MAX)];
    let mut ops = Vec::new();
    let unary =
        [U::Neg, U::Not, U::Abs, U::CountLeadingZeros, U::CountTrailingZeros, U::PopCount, U::ReverseBits];
    ops.extend(unary.map(|op| Op::Unary(op, a)));
    let binary = [
        B::Add,
        B::Sub,
        B::Mul,
        B::Div,
        B::Rem,
        B::And,
        B::Or,
        B::Xor,
        B::Shl,
        B::Shr,
        B::Min,
        B::Max,
        B::MulHigh,
        B::AddSaturate,
        B::SubSaturate,
    ];
    ops.extend(binary.map(|op| Op::Binary(op, a, b)));
    let compare = [CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge];
    ops.extend(compare.map(|op| Op::Compare(op, b, c)));
    let math = [
        M::Acos,
        M::Acosh,
        M::Asin,
        M::Asinh,
        M::Atan,
        M::Atanh,
        M::Ceil,
        M::Cos,
        M::Cosh,
        M::CosPi,
        M::Erf,
        M::ErfInv,
        M::Exp,
        M::Exp10,
        M::Exp2,
        M::Expm1,
        M::Floor,
        M::Fract,
        M::FrexpMantissa,
        M::Log,
        M::Log10,
        M::Log1p,
        M::Log2,
        M::Rint,
        M::Round,
        M::Rsqrt,
        M::Sin,
        M::Sinh,
        M::SinPi,
        M::Sqrt,
        M::Tan,
        M::Tanh,
        M::TanPi,
        M::Trunc,
        M::Atan2,
        M::Copysign,
        M::Fdim,
        M::Fmod,
        M::Hypot,
        M::NextAfter,
        M::Pow,
        M::Powr,
        M::Ldexp,
        M::FrexpExponent,
        M::Ilogb,
        M::IsFinite,
        M::IsInf,
        M::IsNan,
        M::IsNormal,
        M::SignBit,
    ];
    ops.extend(math.into_iter().flat_map(|op| [Op::Math(op, a, None), Op::Math(op, a, Some(b))]));
    let atomic = [
        A::Load,
        A::Store,
        A::Exchange,
        A::CompareExchange,
        A::Add,
        A::Sub,
        A::Min,
        A::Max,
        A::And,
        A::Or,
        A::Xor,
    ];
    for (value, expected) in [(None, None), (Some(b), None), (None, Some(c)), (Some(b), Some(c))] {
        ops.extend(atomic.map(|op| Op::Atomic { op, pointer: a, value, expected }));
    }
    let lane = [
        L::Sum,
        L::Product,
        L::Min,
        L::Max,
        L::And,
        L::Or,
        L::Xor,
        L::PrefixInclusiveSum,
        L::PrefixExclusiveSum,
        L::PrefixInclusiveProduct,
        L::PrefixExclusiveProduct,
        L::Shuffle,
        L::ShuffleUp,
        L::ShuffleDown,
        L::ShuffleXor,
        L::ShuffleRotateUp,
        L::ShuffleRotateDown,
        L::BroadcastFirst,
        L::All,
        L::Any,
        L::Ballot,
        L::IsFirst,
    ];
    for group in [LaneGroup::Simd, LaneGroup::Quad] {
        for (a, b) in [(None, None), (Some(a), None), (None, Some(b)), (Some(a), Some(b))] {
            ops.extend(lane.map(|op| Op::Lane { op, group, a, b }));
        }
    }
    for axis in [0, 1, 2, 3, 255] {
        ops.extend(Attribute::ALL.map(|attribute| Op::Attribute(attribute, axis)));
    }
    for scope in [Barrier::Threadgroup, Barrier::Simdgroup] {
        for (device, threadgroup) in [(false, false), (true, false), (false, true), (true, true)] {
            ops.push(Op::Barrier(scope, MemoryFlags { device, threadgroup }));
        }
    }
    round_trip(&of_ops(ops));
}

#[test]
fn constants_keep_their_bits() {
    let mut b = Builder::new("constants");
    let special = [0, 1, u64::MAX, 1 << 63, 0x7ff8_0000_0000_0001, 0x7f80_0001, 0x7fc0_0000, 0xff80_0000];
    for ty in Scalar::ALL {
        let bytes = ty.size() as u32;
        for i in 0..400u64 {
            let any = i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32);
            let bits = special.get(i as usize).copied().unwrap_or(any);
            b.constant(ty, bits, Span::new(SourceId::new(0), 0, 0));
            b.constant(ty, bits >> (64 - 8 * bytes), Span::new(SourceId::new(0), 0, 0));
        }
    }
    b.inst(Op::Const(5), Some(Type::Pointer(Space::Thread)), Span::new(SourceId::new(0), 0, 0));
    b.inst(Op::Const(5), None, Span::new(SourceId::new(0), 0, 0));
    round_trip(&b.finish());
    // Every half there is.
    let mut b = Builder::new("halves");
    for bits in 0..=u64::from(u16::MAX) {
        b.constant(Scalar::F16, bits, Span::new(SourceId::new(0), 0, 0));
        b.constant(Scalar::BF16, bits, Span::new(SourceId::new(0), 0, 0));
    }
    round_trip(&b.finish());
}

#[test]
fn names_spans_and_declarations_survive() {
    let span = |start| Span::new(SourceId::new(3), start, start + 9);
    for name in [
        "plain",
        "",
        "0start",
        "two words",
        "quote\"d",
        "back\\slash",
        "new\nline\t\u{7f}",
        "größe",
        "→\u{202e}x",
    ] {
        let mut b = Builder::new(name);
        b.buffer(name, Space::Constant, true);
        b.buffer(name, Space::Thread, false);
        b.table(name, vec![0, 255, 16]);
        b.table(name, Vec::new());
        b.threadgroup_array(Array { name: name.into(), bytes: u32::MAX, cell: 255, span: span(1) });
        b.private_array(Array { name: name.into(), bytes: 0, cell: 0, span: span(2) });
        let var = b.declare(name, Type::Pointer(Space::Threadgroup));
        let cond = b.constant(Scalar::Bool, 1, span(3));
        b.push(Stmt::Set(var, cond));
        b.push(Stmt::If { cond, then: vec![], otherwise: vec![Stmt::Return], span: span(4) });
        let label = b.label();
        b.label();
        b.push(Stmt::Loop { label, body: vec![Stmt::Break(label)], span: span(5) });
        round_trip(&b.finish());
    }
}

#[test]
fn broken_kernels_print_and_read_too() {
    let mut kernel = read(EVERYTHING).unwrap();
    // Twice, nowhere, and out of range; and an arena that is not in the order of the text.
    kernel.body.push(Stmt::Inst(ValueId(8)));
    kernel.body.push(Stmt::Inst(ValueId(4000)));
    kernel.body.remove(1);
    kernel.body.swap(0, 5);
    let text = kernel.to_string();
    assert!(text.contains("\n  place %8\n  place %4000\n  unplaced {\n    %1: u32 = attribute"), "{text}");
    assert_eq!(read(&text).unwrap(), kernel);
    kernel.insts[1].ty = None;
    round_trip(&kernel);
}

#[test]
fn hand_written_text_may_be_loose() {
    let kernel = read(
        "// a comment\n\nkernel k { $0: f32 v // why\n\n%0:f32=const 1 // one\n block @4 { break @4 }\n
         loop @1{return}\n  barrier.threadgroup\n}\n// end",
    )
    .unwrap();
    assert_eq!(
        kernel.to_string(),
        "kernel k {\n  $0: f32 v\n\n  %0: f32 = const 1.0\n  block @4 {\n    break @4\n  }\n  loop @1 {\n    return\n  }\n  \
         barrier.threadgroup\n}\n"
    );
    assert_eq!(kernel.labels, 5);
}

#[test]
fn errors_say_where_and_what() {
    let body = |text: &str| format!("kernel k {{\n  {text}\n}}\n");
    let cases = [
        (String::new(), "1:1: expected `kernel`, found the end of the text"),
        ("kernel".into(), "1:7: expected a name, found the end of the text"),
        ("kernel k {".into(), "1:11: expected an instruction, found the end of the text"),
        (body("%0: f33 = const 1"), "2:7: expected a type, found `f33`"),
        (body("%0: f32 = cosine %1"), "2:13: unknown instruction `cosine`"),
        (body("%0: f32 = const"), "2:18: `` is no literal of type f32; NaN is written `const bits 0x...`"),
        (body("%0: u8 = const 256"), "2:18: `256` is no literal of type u8"),
        (body("const 1"), "2:9: a literal needs a scalar type before it; write `const bits 0x...`"),
        (body("%0: f32 = add %1 %2"), "2:20: expected `,`, found `%`"),
        (body("%0: f32 = add %1"), "2:19: expected `,`, found the end of the line"),
        (body("store %1, %2 %3"), "2:16: expected the end of the line, found `%`"),
        (
            body("%1: f32 = const 1"),
            "2:3: instruction %1 among 1 instructions: they are numbered without gaps from %0",
        ),
        (body("%0: u32 = attribute grid"), "2:23: unknown attribute `grid`"),
        (body("%0: u32 = get $99999999999"), "2:18: the number 99999999999 is too large"),
        (body("buffer1: device read x"), "2:3: expected buffer number 0, found 1: they stand in order"),
        (body("buffer0: device own x"), "2:19: expected `read` or `write`, found `own`"),
        (body("table0: t = hex\"abc\""), "2:19: hex data has two digits for each byte"),
        (body("table0: \"t"), "2:13: a quoted name ends on its own line"),
        (body("array0: t 4 bytes cell 4"), "2:3: expected `threadgroup` or `thread` before `array`"),
        (body("if %0"), "2:8: expected `{`, found the end of the line"),
        (body("unplaced {\n return }"), "3:2: `unplaced` holds instructions only"),
        (body("}"), "3:1: expected the end of the text, found `}`"),
        (body("größe"), "2:3: unknown instruction `gr`"),
    ];
    for (text, expected) in cases {
        match read(&text) {
            Ok(kernel) => panic!("{text} reads as {kernel}"),
            Err(e) => assert_eq!(e.to_string(), expected, "{text}"),
        }
    }
    let e = read(&body("%0: f32 = const 1\n%0: f32 = const 2")).unwrap_err();
    assert_eq!((e.line(), e.column()), (3, 1));
    assert_eq!(e.message(), "instruction %0 is written twice; a further mention is `place`");
    let deep = format!("kernel k {{\n{}", "block @0 {\n".repeat(100_000));
    assert_eq!(read(&deep).unwrap_err().message(), "nested deeper than 1000 levels");
}

#[test]
fn deep_kernels_print() {
    let mut body = vec![Stmt::Return];
    for _ in 0..3000 {
        body = vec![Stmt::If {
            cond: ValueId(0),
            then: body,
            otherwise: vec![],
            span: Span::new(SourceId::new(0), 0, 0),
        }];
    }
    let kernel = Kernel { name: "deep".into(), body, ..Kernel::default() };
    assert_eq!(kernel.to_string().matches("if %0 {").count(), 3000);
}

/// Any text is an error or a kernel, never a panic: mangled valid texts go further into the reader than noise.
#[test]
fn mangled_text_never_panics() {
    let mut state = 12345u64;
    let mut random = move |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % end as u64) as usize
    };
    let pieces = [
        "%",
        "$",
        "@",
        "{",
        "}",
        "\n",
        ",",
        "99999999999",
        "ö",
        "\"",
        "\\u{",
        "!src0:1..2",
        "bits 0x",
        "-",
        ".",
    ];
    for _ in 0..20_000 {
        let mut text = EVERYTHING.to_string();
        for _ in 0..1 + random(3) {
            let at = (0..).map(|_| random(text.len() + 1)).find(|at| text.is_char_boundary(*at)).unwrap();
            match random(3) {
                0 => text.insert_str(at, pieces[random(pieces.len())]),
                1 => text.truncate(at),
                _ => {
                    let end = (at + random(9)).min(text.len());
                    if text.is_char_boundary(end) {
                        text.replace_range(at..end, "");
                    }
                }
            }
        }
        if let Ok(kernel) = read(&text) {
            let problems = verify(&kernel);
            let printed = kernel.annotated(&problems);
            assert_eq!(read(&printed).expect("notes are comments").to_string(), kernel.to_string());
        }
    }
}
