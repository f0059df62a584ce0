//! Kernels read strided views of memory that the caller keeps.

use emberforge_kernel::{DType, Error, Grid, Kernel, View};

fn kernel() -> Kernel {
    Kernel::builder("follow")
        .inputs(["x"])
        .outputs(["y"])
        .source(
            "uint i = thread_position_in_grid.x;
             int64_t at = elem_to_loc(int64_t(i), x_shape, x_strides, x_ndim);
             y[i] = x[at];",
        )
        .build()
        .expect("the text is fine")
}

fn run(view: View<'_>, count: usize) -> Result<Vec<f32>, Error> {
    let mut out = vec![0f32; count];
    kernel()
        .call()
        .input(view)
        .output(DType::F32, &[count])
        .grid(Grid::threads([count as i64, 1, 1]))
        .threadgroup([32, 1, 1])
        .run_into_bytes(vec![bytemuck::cast_slice_mut(&mut out)])?;
    Ok(out)
}

#[test]
fn strides_may_be_negative_zero_or_longer_than_the_axis() {
    let data: Vec<f32> = (0..600).map(|i| i as f32).collect();
    let bytes: &[u8] = bytemuck::cast_slice(&data);
    let view = |shape, strides, origin: usize| View {
        dtype: DType::F32,
        shape,
        strides: Some(strides),
        bytes,
        origin: origin * 4,
    };
    assert_eq!(run(view(&[4], &[-1], 9), 4).unwrap(), [9.0, 8.0, 7.0, 6.0]);
    assert_eq!(run(view(&[2, 2], &[0, 3], 1), 4).unwrap(), [1.0, 4.0, 1.0, 4.0]);
    assert_eq!(run(view(&[2, 3], &[-10, 2], 20), 6).unwrap(), [20.0, 22.0, 24.0, 10.0, 12.0, 14.0]);
    // Long enough for the machine's slices.
    let reversed: Vec<f32> = data.iter().rev().copied().collect();
    assert_eq!(run(view(&[600], &[-1], 599), 600).unwrap(), reversed);
    assert_eq!(run(view(&[500], &[1], 100), 500).unwrap(), data[100..]);
}

#[test]
fn what_lies_outside_the_bytes_reads_as_zero() {
    let data = [1f32, 2.0, 3.0];
    let bytes: &[u8] = bytemuck::cast_slice(&data);
    let view = |origin| View { dtype: DType::F32, shape: &[4], strides: Some(&[-1]), bytes, origin };
    assert_eq!(run(view(8), 4).unwrap(), [3.0, 2.0, 1.0, 0.0]);
    assert!(run(view(13), 4).unwrap_err().to_string().contains("begins at byte 13 of 12"));
}

#[test]
fn memory_of_the_wrong_size_is_refused() {
    let data = [1f32; 4];
    let view =
        View { dtype: DType::F32, shape: &[4], strides: None, bytes: bytemuck::cast_slice(&data), origin: 0 };
    let mut out = [0u8; 12];
    let kernel = kernel();
    let call = kernel.call().input(view).output(DType::F32, &[4]);
    let call = call.grid(Grid::threads([4, 1, 1])).threadgroup([4, 1, 1]);
    let error = call.run_into_bytes(vec![&mut out]).unwrap_err().to_string();
    assert!(error.contains("`y` has 12 bytes; f32(4,) takes 16"), "{error}");
    assert!(
        call.run_into_bytes(Vec::new())
            .unwrap_err()
            .to_string()
            .contains("0 slices were passed for 1 outputs")
    );
}
