//! Custom kernels as nodes of the graph: the examples of MLX's page, launches decided by the graph, errors.

use emberforge_array::{
    self as mx, Array, DType, Extent, HostSync, MathMode, MetalKernel, Result, grad, host_sync_guard,
    metal_kernel, random, sum, vjp,
};

fn vector(data: &[f32]) -> Array {
    Array::from_slice(data, &[data.len()]).expect("as many elements as the shape has")
}

fn uniform(seed: u64, low: f64, high: f64, shape: &[usize]) -> Array {
    random::uniform(low, high, shape, DType::F32, Some(&random::key(seed))).expect("a valid distribution")
}

fn assert_close(x: &Array, y: &Array, tolerance: f64) {
    assert_eq!((x.shape(), x.dtype()), (y.shape(), y.dtype()));
    let (x, y) = (x.to_f64_vec().expect("data"), y.to_f64_vec().expect("data"));
    for (i, (a, b)) in x.iter().zip(&y).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "element {i}: {a} and {b}");
    }
}

/// `y = factor * x`, under a name that others have, too.
fn times(factor: f32) -> MetalKernel {
    metal_kernel("times")
        .input_names(["x"])
        .output_names(["y"])
        .source(format!("uint i = thread_position_in_grid.x; y[i] = x[i] * {factor:?}f;"))
        .build()
        .expect("the text is fine")
}

fn apply(kernel: &MetalKernel, x: &Array) -> Result<Array> {
    kernel
        .call()
        .input(x)
        .output(x.shape(), x.dtype())
        .grid(Extent::elements_of(0))
        .threadgroup([64, 1, 1])
        .array()
}

#[test]
fn the_exponential_of_mlxs_page_is_the_plain_one() -> Result<()> {
    let kernel = metal_kernel("myexp")
        .input_names(["inp"])
        .output_names(["out"])
        .source(include_str!("../../../kernels/exp.metal"))
        .build()?;
    for dtype in [DType::F16, DType::BF16, DType::F32] {
        let x = random::normal(&[4, 16], dtype, Some(&random::key(1)))?;
        let y = kernel
            .call()
            .input(&x)
            .template("T", DType::F32)
            .output(x.shape(), dtype)
            .grid([x.size(), 1, 1])
            .threadgroup([256, 1, 1])
            .array()?;
        let plain = mx::exp(&x.astype(DType::F32)?)?.astype(dtype)?;
        assert_eq!(y.to_f64_vec()?, plain.to_f64_vec()?, "{dtype}");
    }
    Ok(())
}

#[test]
fn the_strided_exponential_reads_views_in_place() -> Result<()> {
    let build = |contiguous| {
        metal_kernel("myexp_strided")
            .input_names(["inp"])
            .output_names(["out"])
            .source(include_str!("../../../kernels/exp_strided.metal"))
            .ensure_row_contiguous(contiguous)
            .build()
    };
    let x = random::normal(&[6, 5, 4], DType::F32, Some(&random::key(2)))?;
    let row = random::normal(&[1, 7], DType::F32, Some(&random::key(3)))?;
    for view in [mx::transpose_all(&x)?, mx::broadcast_to(&row, &[3, 7])?, mx::moveaxis(&x, 0, 1)?, x] {
        for contiguous in [true, false] {
            let kernel = build(contiguous)?;
            let call = kernel.call().input(&view).template("T", view.dtype());
            let y =
                call.output(view.shape(), view.dtype()).grid([view.size(), 1, 1]).threadgroup([256, 1, 1]);
            assert_close(&y.array()?, &mx::exp(&view)?, 4e-7);
        }
    }
    Ok(())
}

#[test]
fn a_kernel_sees_the_strides_of_a_view_only_when_it_asks_for_them() -> Result<()> {
    let look = |contiguous| {
        metal_kernel("look")
            .input_names(["x"])
            .output_names(["seen"])
            .source("for (int i = 0; i < x_ndim; ++i) { seen[i] = int(x_strides[i]) * 100 + x_shape[i]; }")
            .ensure_row_contiguous(contiguous)
            .build()
    };
    let x = mx::transpose_all(&uniform(1, 0.0, 1.0, &[3, 8]))?;
    let seen = |contiguous| -> Result<Vec<i32>> {
        let call = look(contiguous)?.call().input(&x).output(&[2], DType::I32);
        call.grid([1, 1, 1]).threadgroup([1, 1, 1]).array()?.to_vec()
    };
    assert_eq!(seen(true)?, [308, 103]);
    assert_eq!(seen(false)?, [108, 803]);
    Ok(())
}

/// The points' coordinates in pixels along an axis of `size` pixels (0: x, 1: y).
fn pixels(grid: &Array, axis: usize, size: usize) -> Result<Array> {
    let pick = vector(if axis == 0 { &[1.0, 0.0] } else { &[0.0, 1.0] });
    let coordinate = sum(&(grid * pick), -1, false)?;
    Ok(((coordinate + 1.0) * (size as f64) - 1.0) / 2.0)
}

/// Bilinear sampling from ordinary operations: the weight of a pixel is the tent function of its distance.
fn plain_grid_sample(x: &Array, grid: &Array) -> Result<Array> {
    let tent = |axis: usize, size: usize| -> Result<Array> {
        let numbers: Vec<f32> = (0..size).map(|i| i as f32).collect();
        let distance = mx::abs(&(mx::expand_dims(&pixels(grid, axis, size)?, -1)? - vector(&numbers)))?;
        mx::maximum(&(1.0 - distance), 0.0)
    };
    let (h, w) = (x.shape()[1], x.shape()[2]);
    // (B, gH, gW, H, W, C)
    let wy = mx::expand_dims(&tent(1, h)?, [-1, -2])?;
    let wx = mx::expand_dims(&tent(0, w)?, [3, -1])?;
    sum(&(wy * wx * mx::expand_dims(x, [1, 2])?), [3, 4], false)
}

/// The kernel of MLX's page, with the gradient kernel as its gradient.
fn grid_sample(x: &Array, grid: &Array) -> Result<Array> {
    let [b, gh, gw] = [grid.shape()[0], grid.shape()[1], grid.shape()[2]];
    let c = x.shape()[3];
    metal_kernel("grid_sample")
        .input_names(["x", "grid"])
        .output_names(["out"])
        .source(include_str!("../../../kernels/grid_sample.metal"))
        .build()?
        .call()
        .inputs([x, grid])
        .output(&[b, gh, gw, c], x.dtype())
        .grid([b * gh * gw * c, 1, 1])
        .threadgroup([256, 1, 1])
        .gradient(move |call| {
            let (x, grid) = (&call.inputs[0], &call.inputs[1]);
            let gradients = metal_kernel("grid_sample_grad")
                .input_names(["x", "grid", "cotangent"])
                .output_names(["x_grad", "grid_grad"])
                .source(include_str!("../../../kernels/grid_sample_grad.metal"))
                .atomic_outputs(true)
                .build()?
                .call()
                .inputs([x, grid, &call.cotangents[0]])
                .output(x.shape(), x.dtype())
                .output(grid.shape(), grid.dtype())
                .grid([b * gh * gw * c.next_multiple_of(32), 1, 1])
                .threadgroup([256, 1, 1])
                .init_value(0.0)
                .arrays()?;
            Ok(gradients.into_iter().map(Some).collect())
        })
        .array()
}

#[test]
fn grid_sample_and_its_gradient_agree_with_plain_arrays() -> Result<()> {
    for [b, h, w, c, gh, gw] in [[2, 7, 5, 3, 4, 3], [1, 4, 4, 33, 3, 2]] {
        let x = uniform(1, -1.0, 1.0, &[b, h, w, c]);
        let grid = uniform(2, -1.3, 1.3, &[b, gh, gw, 2]);
        let cotangent = uniform(3, -1.0, 1.0, &[b, gh, gw, c]);
        type Function = fn(&Array, &Array) -> Result<Array>;
        let both = |f: Function| {
            vjp(|x| Ok(vec![f(&x[0], &x[1])?]), &[x.clone(), grid.clone()], std::slice::from_ref(&cotangent))
        };
        let (kernel, plain) = (both(grid_sample)?, both(plain_grid_sample)?);
        assert_close(&kernel.0[0], &plain.0[0], 1e-5);
        assert_close(&kernel.1[0], &plain.1[0], 1e-5);
        assert_close(&kernel.1[1], &plain.1[1], 2e-4);
    }
    Ok(())
}

#[test]
fn a_kernel_without_a_gradient_says_so_and_a_wrong_gradient_is_named() -> Result<()> {
    let x = vector(&[1.0, 2.0]);
    let error = grad(|x| sum(&apply(&times(2.0), &x[0])?, (), false))(std::slice::from_ref(&x))
        .expect_err("it has none");
    assert!(error.to_string().contains("the kernel `times` has no gradient"), "{error}");
    let with = |count: usize, shape: &'static [usize]| {
        grad(move |x| {
            let call = times(2.0).call().input(&x[0]).output(&[2], DType::F32);
            let call = call.grid([2, 1, 1]).threadgroup([2, 1, 1]);
            let call =
                call.gradient(move |_| (0..count).map(|_| mx::ones(shape, DType::F32).map(Some)).collect());
            sum(&call.array()?, (), false)
        })(std::slice::from_ref(&x))
    };
    assert_eq!(with(1, &[2])?[0].to_vec::<f32>()?, [1.0, 1.0]);
    assert!(with(2, &[2]).expect_err("two").to_string().contains("gave 2 arrays for 1 inputs"));
    assert!(with(1, &[3]).expect_err("shape").to_string().contains("has shape (3,) and the input (2,)"));
    Ok(())
}

#[test]
fn host_scalars_become_0d_inputs() -> Result<()> {
    let kernel = metal_kernel("affine")
        .input_names(["x", "scale", "shift", "on"])
        .output_names(["y"])
        .source("uint i = thread_position_in_grid.x; y[i] = on ? x[i] * scale + shift : 0.0f;")
        .build()?;
    let call = kernel.call().input(vector(&[1.0, 2.0])).input(2.5).input(3).input(true);
    let call = call.output(&[2], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]);
    let source = call.metal_source()?;
    for part in ["const constant float& scale", "const constant int32_t& shift", "const constant bool& on"] {
        assert!(source.contains(part), "{source}");
    }
    assert_eq!(call.array()?.to_vec::<f32>()?, [5.5, 8.0]);
    Ok(())
}

#[test]
fn the_graph_may_decide_how_many_threads_run() -> Result<()> {
    let count = metal_kernel("count")
        .output_names(["total", "group"])
        .atomic_outputs(true)
        .source(
            "atomic_fetch_add_explicit(&total[0], 1, memory_order_relaxed);
             atomic_fetch_max_explicit(&group[0], int(threads_per_threadgroup.x), memory_order_relaxed);",
        )
        .build()?;
    let x = Array::from_slice(&[2u32, 3, 5], &[3])?;
    let guard = host_sync_guard(HostSync::Deny);
    let (grid, threadgroup) = (&x * 2, &x + &Array::from_slice(&[0u32, 1, 0], &[3])?);
    let call = count.call().output(&[1], DType::I32).output(&[1], DType::I32);
    let lazy = call.clone().grid(&grid).threadgroup(&threadgroup).arrays()?;
    let empty = call.clone().grid(&x - &x).threadgroup(&threadgroup).init_value(7.0).arrays()?;
    mx::eval(lazy.iter().chain(&empty))?;
    drop(guard);
    assert_eq!((lazy[0].item::<i32>()?, lazy[1].item::<i32>()?), (4 * 6 * 10, 2));
    assert_eq!((empty[0].item::<i32>()?, empty[1].item::<i32>()?), (7, 7), "no thread ran");
    let error = call.clone().grid(&x).threadgroup(&x * 100).arrays()?[0].item::<i32>().expect_err("too many");
    assert!(error.to_string().contains("(200, 300, 500)"), "{error}");
    let floats = vector(&[1.0, 1.0, 1.0]);
    let error = call.grid(&floats).threadgroup([1, 1, 1]).arrays().expect_err("f32").to_string();
    assert!(error.contains("the grid is an array f32(3,)"), "{error}");
    Ok(())
}

#[test]
fn grids_follow_the_shapes_of_outputs() -> Result<()> {
    let kernel = metal_kernel("place")
        .output_names(["y"])
        .source(
            "uint3 p = thread_position_in_grid; uint3 n = threads_per_grid;
             y[(p.z * n.y + p.y) * n.x + p.x] = int(p.z * 100 + p.y * 10 + p.x);",
        )
        .build()?;
    let place = |shape: &[usize]| {
        kernel.call().output(shape, DType::I32).grid(Extent::axes_of(0)).threadgroup([4, 2, 1]).array()
    };
    assert_eq!(place(&[2, 1, 2, 3])?.to_vec::<i32>()?, [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112]);
    assert_eq!(place(&[])?.to_vec::<i32>()?, [0]);
    assert_eq!(place(&[0, 3])?.to_vec::<i32>()?, [0i32; 0]);
    let call = kernel.call().output(&[1], DType::I32).grid(Extent::elements_of(1)).threadgroup([1, 1, 1]);
    assert!(call.arrays().expect_err("one output").to_string().contains("outputs count from 0"));
    Ok(())
}

#[test]
fn kernels_of_one_name_keep_their_own_texts_in_one_evaluation() -> Result<()> {
    let x = vector(&[1.0, 2.0]);
    let (a, b) = (apply(&times(2.0), &x)?, apply(&times(3.0), &x)?);
    let both = &a + &b;
    mx::eval([&a, &b, &both])?;
    assert_eq!((a.to_vec::<f32>()?, b.to_vec::<f32>()?), (vec![2.0, 4.0], vec![3.0, 6.0]));
    assert_eq!(both.to_vec::<f32>()?, [5.0, 10.0]);
    Ok(())
}

#[test]
fn a_failing_kernel_leaves_the_other_results_right() -> Result<()> {
    let endless = metal_kernel("endless").output_names(["y"]).source("while (true) { y[0] = 1; }").build()?;
    let x = vector(&[1.0, 2.0]);
    let (before, after) = (&x * 2.0, apply(&times(5.0), &(&x + 1.0))?);
    let call = endless.call().output(&[1], DType::F32).grid([1, 1, 1]).threadgroup([1, 1, 1]).fuel(1000);
    let failing = call.array()?;
    let consumer = &failing + &before;
    let error = mx::eval([&before, &failing, &after, &consumer]).expect_err("it never ends").to_string();
    assert!(error.contains("fuel"), "{error}");
    assert_eq!(before.to_vec::<f32>()?, [2.0, 4.0]);
    assert_eq!(after.to_vec::<f32>()?, [10.0, 15.0]);
    assert!(consumer.to_vec::<f32>().is_err() && failing.to_vec::<f32>().is_err());
    Ok(())
}

#[test]
fn dtypes_mix_and_bools_come_out_as_truth_values() -> Result<()> {
    let kernel = metal_kernel("mix")
        .input_names(["a", "b"])
        .output_names(["big", "half_sum"])
        .source(
            "uint i = thread_position_in_grid.x;
             big[i] = a[i] > 2; half_sum[i] = T(a[i]) + T(b[i]);",
        )
        .header("// helpers would stand here\n")
        .math_mode(MathMode::Safe)
        .build()?;
    let a = Array::from_slice(&[1i64, 2, 3], &[3])?;
    let b = Array::from_slice(&[0.5f32, 0.25, 0.125], &[3])?.astype(DType::BF16)?;
    let call = kernel.call().inputs([&a, &b]).template("T", DType::F32);
    let out = call
        .output(&[3], DType::Bool)
        .output(&[3], DType::F16)
        .grid([3, 1, 1])
        .threadgroup([3, 1, 1])
        .arrays()?;
    assert_eq!(out[0].to_vec::<bool>()?, [false, false, true]);
    assert_eq!(out[1].to_f64_vec()?, [1.5, 2.25, 3.125]);
    Ok(())
}

#[test]
fn every_misuse_is_an_error_when_the_node_is_built() -> Result<()> {
    let x = vector(&[1.0, 2.0]);
    let kernel = times(2.0);
    let good = || kernel.call().input(&x).output(&[2], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]);
    assert!(good().array().is_ok());
    let call = || kernel.call();
    let double = x.astype(DType::F64)?;
    let failed = &x + vector(&[1.0, 2.0, 3.0]);
    let cases = [
        (
            call().output(&[2], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]),
            "expected `inputs` to have size 1",
        ),
        (good().input(1.0), "expected `inputs` to have size 1 but got size 2"),
        (good().output(&[2], DType::F32), "expected `outputs` to have size 1 but got size 2"),
        (call().input(&double).output(&[2], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]), "`x` is f64"),
        (call().input(&x).output(&[2], DType::F64).grid([2, 1, 1]).threadgroup([2, 1, 1]), "`y` is f64"),
        (call().input(&x).output(&[2], DType::F32).threadgroup([2, 1, 1]), "the call has no grid"),
        (call().input(&x).output(&[2], DType::F32).grid([2, 1, 1]), "the call has no threadgroup"),
        (good().grid([0, 1, 1]), "the grid (0, 1, 1) has 0 threads along x"),
        (good().grid([2, -1, 1]), "has -1 threads along y"),
        (good().threadgroup([2048, 1, 1]), "more than the 1024 that Metal allows"),
        (good().template("x", 3), "has the name of a parameter"),
        (good().template("N", i64::MAX), "Metal's template integers are 32-bit"),
        (good().template("T", DType::F64), "`T` is f64"),
        (
            call().input(&failed).output(&[2], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]),
            "cannot be broadcast",
        ),
        (
            call().input(&x).output(&[1 << 30, 1 << 30], DType::F32).grid([2, 1, 1]).threadgroup([2, 1, 1]),
            "2^48",
        ),
    ];
    for (call, part) in cases {
        let error = call.arrays().expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
    let body = |text: &str| metal_kernel("f").input_names(["x"]).output_names(["y"]).source(text).build();
    let call =
        body("y[0] = z;")?.call().input(&x).output(&[1], DType::F32).grid([1, 1, 1]).threadgroup([1, 1, 1]);
    assert!(call.arrays().expect_err("no z").to_string().contains('z'));
    assert!(body("y[0] = ;").is_err() && body("  ").is_err());
    assert!(
        metal_kernel("f")
            .input_names(["x"])
            .source("x;")
            .build()
            .expect_err("outputs")
            .to_string()
            .contains("must specify at least one output")
    );
    assert!(metal_kernel("my-kernel").output_names(["y"]).source("y[0] = 1;").build().is_err());
    let option = |name, value| metal_kernel("f").compile_option(name, value).map(|_| ());
    assert!(option("math_mode", "fast").is_ok());
    assert!(
        option("math_mode", "slow").expect_err("value").to_string().contains("`safe`, `relaxed` or `fast`")
    );
    assert!(option("fast", "1").expect_err("name").to_string().contains("unknown compile option `fast`"));
    Ok(())
}
