//! One broken kernel for each problem the verifier knows, and what it says between the lines.

use emberforge_base::{SourceId, Span};
use emberforge_ir::{Array, Kernel, LabelId, Op, Scalar, Stmt, ValueId, VarId, read, verify};

/// What most of the broken lines need.
const BEFORE: &str = "kernel k {
  buffer0: device read x
  buffer1: device write y
  buffer2: constant read z
  table0: t = hex\"00\"
  threadgroup array0: s 64 bytes cell 4
  thread array0: p 64 bytes cell 4
  $0: f32 v
  $1: u32 w
  labels 4
  %0: f32 = const 1
  %1: u32 = const 1
  %2: bool = const true
  %3: device* = buffer0
  %4: device* = buffer1
  %5: constant* = buffer2
  %6: threadgroup* = threadgroup array0
  %7: f16 = const 1
  %8: u8 = const 1
  %9: f64 = const 1
  declare $0
";

/// Verifies `BEFORE` with `lines` after it, and gives the messages.
fn messages(lines: &str) -> Vec<String> {
    let text = format!("{BEFORE}{lines}\n}}\n");
    let kernel = read(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let problems = verify(&kernel);
    // Every problem stands under a line, once.
    let printed = kernel.annotated(&problems);
    assert_eq!(printed.matches("// ^ ").count(), problems.len(), "{printed}");
    problems.iter().map(|p| p.message().to_string()).collect()
}

fn expect(lines: &str, message: &str) {
    assert_eq!(messages(lines), [message], "{lines}");
}

#[test]
fn the_frame_is_clean() {
    assert_eq!(messages(""), [""; 0]);
}

#[test]
fn handles_out_of_range() {
    expect("%10: f32 = neg %11", "there is no instruction %11");
    expect("place %10", "there is no such instruction");
    expect("%10: device* = buffer3", "there is no buffer3");
    expect("%10: constant* = table1", "there is no table1");
    expect("%10: threadgroup* = threadgroup array1", "there is no threadgroup array1");
    expect("%10: thread* = thread array1", "there is no thread array1");
    expect("%10: f32 = get $2", "there is no variable $2");
    expect("declare $2", "there is no variable $2");
    expect("set $0 = %10", "there is no instruction %10");
    expect("if %10 {\n}", "there is no instruction %10");
    expect("block @4 {\n}", "there is no label @4 among 4 labels");
    expect("break @4", "there is no label @4 among 4 labels");
}

#[test]
fn places() {
    expect("place %0", "the instruction stands in a second place");
    expect("unplaced {\n%10: f32 = const 1\n}", "the instruction stands nowhere");
    expect("%11: f32 = neg %10\n%10: f32 = const 1", "%10 is used before it is computed");
    expect("%10: f32 = neg %10", "%10 is used before it is computed");
    let ended = "%10 is computed in a block that has ended before this use";
    expect("if %2 {\n%10: f32 = const 1\n}\nset $0 = %10", ended);
    expect("if %2 {\n%10: f32 = const 1\n} else {\nset $0 = %10\n}", ended);
    expect("loop @0 {\n%10: bool = const true\nbreak @0\n}\nif %10 {\n}", ended);
    expect("store %4, %0\n%11: f32 = neg %10", "%10 yields no value");
    assert_eq!(messages("block @0 {\n%10: f32 = const 1\nif %2 {\nset $0 = %10\n}\n}"), [""; 0]);
}

#[test]
fn variables_and_labels() {
    expect("set $1 = %1", "$1 is used before it is declared");
    expect("%10: u32 = get $1", "$1 is used before it is declared");
    expect("if %2 {\ndeclare $1\n}\nset $1 = %1", "$1 is declared in a block that has ended");
    expect("declare $0", "$0 is declared a second time");
    expect("break @0", "`break` stands outside of @0");
    expect("block @0 {\n}\nif %2 {\nbreak @0\n}", "`break` stands outside of @0");
    expect("block @0 {\nloop @0 {\n}\n}", "@0 already names another loop or block");
    expect("block @0 {\n}\nblock @0 {\n}", "@0 already names another loop or block");
    expect("set $0 = %1", "%1 is u32, but $0 is f32");
    expect("if %1 {\n}", "%1 is u32; it has to be bool");
}

#[test]
fn types_of_operations() {
    let arithmetic = "one of i32, u32, i64, u64, f16, bf16, f32, f64";
    let integers = "one of i32, u32, i64, u64";
    for (line, message) in [
        ("%10: u8 = const bits 0x100", "the bits 0x100 are no value of type u8"),
        ("%10: i32 = const bits 0xffffffff", "the bits 0xffffffff are no value of type i32"),
        ("%10: device* = const bits 0x0", "the result is declared device*; it has to be a scalar"),
        ("%10: f32 = attribute thread_position_in_grid.x", "the result is u32, but is declared f32"),
        ("%10: u32 = attribute thread_position_in_grid.3", "`thread_position_in_grid` has no axis 3"),
        ("%10: u32 = attribute thread_index_in_simdgroup.y", "`thread_index_in_simdgroup` has no axis 1"),
        ("%10: device* = buffer2", "the result is constant*, but is declared device*"),
        ("%10: u32 = get $0", "the result is f32, but is declared u32"),
        ("%10: u8 = neg %8", &format!("%8 is u8; it has to be {arithmetic}")),
        ("%10: f32 = popcount %0", &format!("%0 is f32; it has to be {integers}")),
        ("%10: f32 = add %0, %7", "%0 is f32 and %7 is f16; they have to be of one type"),
        ("%10: f16 = add %0, %0", "the result is f32, but is declared f16"),
        ("neg %0", "the result of type f32 is not declared"),
        ("%10: f32 = shl %0, %0", &format!("%0 is f32; it has to be {integers}")),
        ("%10: bool = add %2, %2", &format!("%2 is bool; it has to be {arithmetic}")),
        ("%10: f32 = eq %0, %0", "the result is bool, but is declared f32"),
        ("%10: bool = eq %3, %5", "%3 is device* and %5 is constant*; they have to be of one type"),
        (
            "%10: bool = lt %8, %8",
            "%8 is u8; it has to be one of bool, i32, u32, i64, u64, f16, bf16, f32, f64",
        ),
        ("%10: f32 = select %1, %0, %0", "%1 is u32; it has to be bool"),
        ("%10: f32 = select %2, %0, %1", "%0 is f32 and %1 is u32; they have to be of one type"),
        ("%10: u32 = fma %1, %1, %1", "%1 is u32; it has to be one of f16, bf16, f32, f64"),
        ("%10: u32 = sin %1", "%1 is u32; it has to be one of f16, bf16, f32, f64"),
        ("%10: f32 = sin %0, %0", "the function has one operand; %0 is too many"),
        ("%10: f32 = pow %0", "the function has two operands; the second is missing"),
        ("%10: f32 = ldexp %0, %1", "%1 is u32; it has to be i32"),
        ("%10: f32 = ilogb %0", "the result is i32, but is declared f32"),
        ("%10: device* = convert %0", "the result is declared device*; it has to be a scalar"),
        ("%10: u32 = convert %3", "%3 is device*; it has to be a scalar"),
        ("%10: u64 = bitcast %0", "f32 and u64 differ in size; a bitcast keeps it"),
        ("%10: device* = offset %0, %1 * 4", "%0 is f32; it has to be a pointer"),
        ("%10: device* = offset %3, %8 * 4", &format!("%8 is u8; it has to be {integers}")),
        ("%10: constant* = offset %3, %1 * 4", "the result is device*, but is declared constant*"),
        ("%10: u64 = address %3", "the result is i64, but is declared u64"),
        ("%10: f32 = load %0", "%0 is f32; it has to be a pointer"),
        ("load %3", "the result, a scalar, is not declared"),
        ("%10: f32 = store %4, %0", "the instruction has no result, but is declared f32"),
        ("store %4, %3", "%3 is device*; it has to be a scalar"),
        ("%10: u32 = barrier.simdgroup", "the instruction has no result, but is declared u32"),
    ] {
        expect(line, message);
    }
}

#[test]
fn atomics_and_lanes() {
    for (line, message) in [
        ("%10: u32 = atomic.add %5, %1", "%5 is constant*; atomics work on device and threadgroup memory"),
        ("%10: u32 = atomic.add %4", "the operand is missing"),
        ("%10: u32 = atomic.load %4, %1", "%1 is too many: a load has no operand"),
        ("%10: u32 = atomic.compare_exchange %4, %1", "the expected value is missing"),
        ("%10: u32 = atomic.compare_exchange %4, %1, expected %0", "%0 is f32; it has to be u32"),
        ("%10: u32 = atomic.add %4, %1, expected %1", "%1 is too many: nothing is compared here"),
        ("%10: f16 = atomic.add %4, %7", "atomics exist on i32, u32, u64 and f32, not on f16"),
        ("%10: f32 = atomic.xor %4, %0", "there are no bitwise atomics on f32"),
        ("%10: f32 = atomic.add %4, %1", "the result is u32, but is declared f32"),
        ("%10: u32 = atomic.store %4, %1", "the instruction has no result, but is declared u32"),
        ("%10: f32 = simd.sum", "the operand is missing"),
        ("%10: f32 = simd.sum %0, %1", "%1 is too many: the operation takes no lane"),
        ("%10: f32 = simd.shuffle %0", "the lane is missing"),
        ("%10: f32 = simd.shuffle %0, %0", "%0 is f32; it has to be u32"),
        ("%10: f32 = simd.xor %0", "%0 is f32; it has to be one of i32, u32, i64, u64"),
        ("%10: bool = simd.all %1", "%1 is u32; it has to be bool"),
        ("%10: u32 = simd.ballot %2", "the result is u64, but is declared u32"),
        ("%10: bool = simd.is_first %2", "%2 is too many: the operation has no operand"),
        ("%10: u8 = simd.max %8", "%8 is u8; it has to be one of i32, u32, i64, u64, f16, bf16, f32, f64"),
        ("%10: f32 = matrix_multiply.2 %0, %0, %0, %0, %0", "a lane has elements 0 and 1 of a matrix, not 2"),
        (
            "%10: f32 = matrix_multiply.0 %0, %7, %0, %0, %0",
            "%0 is f32 and %7 is f16; they have to be of one type",
        ),
        ("%10: f64 = matrix_multiply.0 %0, %0, %0, %0, %9", "%9 is f64; it has to be one of f16, bf16, f32"),
    ] {
        expect(line, message);
    }
}

#[test]
fn writes_to_read_only_memory() {
    expect("store %5, %0", "%5 points to constant memory, which cannot be written");
    expect("store %3, %0", "%3 points into buffer0 (`x`), which is read-only");
    expect(
        "%10: device* = offset %3, %1 * 4\n%11: u32 = atomic.add %10, %1",
        "%10 points into buffer0 (`x`), which is read-only",
    );
    expect(
        "%10: device* = select %2, %3, %3\nstore %10, %0",
        "%10 points into buffer0 (`x`), which is read-only",
    );
    // It might point to the other; and loading is no writing.
    assert_eq!(messages("%10: device* = select %2, %3, %4\nstore %10, %0"), [""; 0]);
    assert_eq!(messages("%10: u32 = atomic.load %3"), [""; 0]);
}

#[test]
fn sizes() {
    let clean = read("kernel k {\n}").unwrap();
    let of = |change: fn(&mut Kernel)| {
        let mut kernel = clean.clone();
        change(&mut kernel);
        verify(&kernel).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    fn sized(bytes: u32, cell: u8) -> Array {
        Array { name: "a".into(), bytes, cell, span: Span::new(SourceId::new(1), 2, 3) }
    }
    assert_eq!(of(|k| k.threadgroup = vec![sized(0, 4)]), ["threadgroup array0: the array is empty"]);
    assert_eq!(
        of(|k| k.private = vec![sized(4, 3)]),
        ["thread array0: a cell of 3 bytes; it has to be 1, 2, 4 or 8"]
    );
    assert_eq!(
        of(|k| k.private = vec![sized(u32::MAX, 4), sized(u32::MAX, 4)]),
        ["kernel: 8589934590 bytes of thread arrays are too many (limit 1048576)"]
    );
    assert_eq!(of(|k| k.labels = u32::MAX), ["kernel: 4294967295 labels are too many (limit 1048576)"]);
    let table = |bytes| format!("kernel k {{\n  table0: t = hex\"{}\"\n}}", "00".repeat(bytes));
    assert_eq!(verify(&read(&table(0)).unwrap())[0].to_string(), "table0: the table is empty");
    assert_eq!(
        of(|k| k.tables = vec![emberforge_ir::Table { name: "t".into(), data: vec![0; (1 << 26) + 1] }]),
        ["kernel: 67108865 bytes of tables are too many (limit 67108864)"]
    );
    let buffer = |text: &str| verify(&read(&format!("kernel k {{\n{text}\n}}")).unwrap())[0].to_string();
    assert_eq!(buffer("buffer0: constant write x"), "buffer0: constant memory cannot be written");
    assert_eq!(buffer("buffer0: thread read x"), "buffer0: a buffer lies in device or constant memory");
    let many = (0..(1 << 20) + 1).map(|_| emberforge_ir::Inst {
        op: Op::Const(0),
        ty: Some(Scalar::U32.into()),
        span: Span::new(SourceId::new(0), 0, 0),
    });
    let mut kernel = Kernel { insts: many.collect(), ..clean.clone() };
    kernel.body = (0..kernel.insts.len() as u32).map(|i| Stmt::Inst(ValueId(i))).collect();
    assert_eq!(verify(&kernel)[0].to_string(), "kernel: 1048577 instructions are too many (limit 1048576)");
}

#[test]
fn nesting() {
    let nest = |levels| {
        let mut body = vec![Stmt::Return];
        for i in 0..levels {
            body = vec![Stmt::Block { label: LabelId(i), body }];
        }
        Kernel { labels: levels, body, ..Kernel::default() }
    };
    assert_eq!(verify(&nest(999)).len(), 0);
    assert_eq!(verify(&nest(3000))[0].message(), "nested deeper than 1000 levels");
}

/// All problems are found in one go, each with its instruction and span, and printed under its line.
#[test]
fn problems_stand_between_the_lines() {
    let text = "kernel k {
  $0: f32 v
  %0: u32 = const 1 !src0:5..6
  if %0 !src0:8..20 {
    %1: f32 = neg %0 !src0:10..12
    set $0 = %1
  }
  store %0, %1 !src0:30..40
}
";
    let kernel = read(text).unwrap();
    let problems = verify(&kernel);
    let expected = "kernel k {
  $0: f32 v

  %0: u32 = const 1
  if %0 {
    // ^ %0 is u32; it has to be bool
    %1: f32 = neg %0
    // ^ the result is u32, but is declared f32
    set $0 = %1
    // ^ $0 is used before it is declared
  }
  store %0, %1
  // ^ %1 is computed in a block that has ended before this use
  // ^ %0 is u32; it has to be a pointer
}
";
    assert_eq!(kernel.annotated(&problems), expected);
    let spans: Vec<_> = problems.iter().map(|p| p.span().map(|s| (s.start, s.end))).collect();
    assert_eq!(spans, [(8, 20), (10, 12), (10, 12), (30, 40), (30, 40)].map(Some));
    assert_eq!(problems[1].value(), Some(ValueId(1)));
    assert_eq!(problems[1].to_string(), "%1: the result is u32, but is declared f32");
    assert_eq!(problems[2].to_string(), "statement 3: $0 is used before it is declared");
}

#[test]
fn rubbish_is_survived() {
    let any = u32::MAX;
    let kernel = Kernel {
        body: vec![
            Stmt::Inst(ValueId(any)),
            Stmt::Declare(VarId(any)),
            Stmt::Set(VarId(any), ValueId(any)),
            Stmt::Break(LabelId(any)),
        ],
        ..Kernel::default()
    };
    assert_eq!(verify(&kernel).len(), 5);
}
