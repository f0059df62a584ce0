//! Operands that the machine reads by rows where they stand in memory, against the reference executor, bit for bit:
//! widths, distances, threadgroups that are whole multiples of a row and others, rows that are cut short at the end.

mod reference;

use emberforge_vm::{BufferArg, Launch, compile};

/// `y[i] = tile[row] op tile[column * step]`, where rows of `width` are counted from the threadgroup's first thread.
fn kernel(width: u32, step: u32, arithmetic: &str) -> emberforge_ir::Kernel {
    let text = format!(
        "kernel rows {{
  buffer0: device read x
  buffer1: device write y
  threadgroup array0: tile 8192 bytes cell 4

  %0: device* = buffer0
  %1: device* = buffer1
  %2: u32 = attribute thread_index_in_threadgroup
  %3: u32 = attribute thread_position_in_grid.x
  %4: threadgroup* = threadgroup array0
  %5: device* = offset %0, %3 * 4
  %6: f32 = load %5
  %7: threadgroup* = offset %4, %2 * 4
  store %7, %6
  %9: u32 = const 256
  %10: u32 = add %2, %9
  %11: threadgroup* = offset %4, %10 * 4
  store %11, %6
  barrier.threadgroup threadgroup
  %14: u32 = const {width}
  %15: u32 = div %2, %14
  %16: threadgroup* = offset %4, %15 * 4
  %17: u32 = rem %2, %14
  %18: u32 = const {step}
  %19: u32 = mul %17, %18
  %20: threadgroup* = offset %4, %19 * 4
  %21: f32 = load %16
  %22: f32 = load %20
  %23: f32 = {arithmetic}
  %24: device* = offset %1, %3 * 4
  store %24, %23
}}
"
    );
    emberforge_ir::read(&text).unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

#[test]
fn operands_by_rows_give_the_reference_bits() {
    let x: Vec<u8> = (0..3000u32).flat_map(|i| ((i * 37 % 101) as f32 * 0.37 - 11.0).to_le_bytes()).collect();
    for arithmetic in ["mul %21, %22", "sub %22, %21", "add %22, %22", "fma %21, %22, %6", "max %22, %21"] {
        for width in [1, 2, 4, 8, 16, 20, 32, 64, 100, 256] {
            for step in [0, 1, 2, 3] {
                for (grid, group) in [(2048, 256), (2048, 64), (2048, 32), (700, 100), (1000, 256), (40, 40)]
                {
                    let kernel = kernel(width, step, arithmetic);
                    let threadgroup = [group, 1, 1];
                    let mut expected = vec![x.clone(), vec![0; 4 * grid as usize]];
                    let launch = reference::Launch { grid: [grid, 1, 1], threadgroup, fuel: 1 << 24 };
                    reference::run(&kernel, &launch, &mut expected).expect("the reference runs the kernel");
                    let program = compile(&kernel).expect("compiles");
                    for threads in [1, 2] {
                        let mut y = vec![0u8; 4 * grid as usize];
                        let mut args = [BufferArg::Read(&x), BufferArg::Write(&mut y)];
                        let launch =
                            Launch { grid: [grid, 1, 1], threadgroup, threads, fuel: None, stop: None };
                        program.run(&launch, &mut args).expect("the kernel ends");
                        assert_eq!(
                            y, expected[1],
                            "{arithmetic}, width {width}, step {step}, {grid} threads in groups of {group}"
                        );
                    }
                }
            }
        }
    }
}
