//! Addresses far outside an object read 0, wherever the next object lies.

use emberforge_vm::{BufferArg, Launch, compile};

/// `y[i] = x[index[i]]` for elements of `size` bytes.
fn gathered(index: &[u32], size: u32) -> Vec<u32> {
    let text = format!(
        "kernel far {{
  buffer0: device read index
  buffer1: device read x
  buffer2: device read other
  buffer3: device write y

  %0: device* = buffer0
  %1: device* = buffer1
  %2: device* = buffer3
  %3: u32 = attribute thread_position_in_grid.x
  %4: device* = offset %0, %3 * 4
  %5: u32 = load %4
  %6: device* = offset %1, %5 * {size}
  %7: u32 = load %6
  %8: device* = offset %2, %3 * 4
  store %8, %7
}}
"
    );
    let kernel = emberforge_ir::read(&text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let index: Vec<u8> = index.iter().flat_map(|i| i.to_le_bytes()).collect();
    let (x, other) = (vec![1u8; 4 * size as usize], vec![2u8; 1 << 16]);
    let mut y = vec![3u8; index.len()];
    let grid = [(index.len() / 4) as u32, 1, 1];
    let launch = Launch { grid, threadgroup: [1, 1, 1], threads: 1, fuel: None, stop: None };
    let mut args =
        [BufferArg::Read(&index), BufferArg::Read(&x), BufferArg::Read(&other), BufferArg::Write(&mut y)];
    compile(&kernel).expect("compiles").run(&launch, &mut args).expect("the kernel ends");
    y.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect()
}

#[test]
fn an_index_that_would_reach_the_next_buffer_reads_zero() {
    let inside = 0x0101_0101;
    for (size, reach) in [(8192, 1 << 31), (1 << 16, 1 << 28), (1 << 20, 1 << 24)] {
        // Gathered by many lanes, and by one.
        assert_eq!(gathered(&[0, reach, 3, reach + 1, 4], size), [inside, 0, inside, 0, 0], "{size} bytes");
        assert_eq!(gathered(&[reach], size), [0], "{size} bytes");
    }
}
