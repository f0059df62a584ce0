//! Every misuse of the library has a message made of the value, the rule and the way out.

use emberforge_kernel::{Builder, Call, DType, ErrorKind, Grid, HostArray, Kernel, MathMode, TemplateValue};

fn builder() -> Builder {
    Kernel::builder("copy").inputs(["x"]).outputs(["y"]).source("y[thread_position_in_grid.x] = x[0];")
}

#[track_caller]
fn build_fails(builder: Builder, parts: &[&str]) {
    let error = builder.build().expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is missing in: {error}");
    }
}

#[test]
fn kernels_that_cannot_be() {
    build_fails(builder().outputs([""; 0]), &["must specify at least one output", "name them"]);
    build_fails(Kernel::builder("").outputs(["y"]).source("y[0] = 1;"), &["the kernel name is empty"]);
    build_fails(
        Kernel::builder("my-kernel").outputs(["y"]).source("y[0] = 1;"),
        &["`my-kernel`", "`my_kernel`"],
    );
    build_fails(builder().inputs(["float"]), &["input name `float` is a keyword of Metal"]);
    build_fails(builder().inputs(["a b"]), &["input name `a b` is not an identifier"]);
    build_fails(builder().inputs(["thread_position_in_grid"]), &["thread attribute", "choose another name"]);
    build_fails(
        builder().outputs(["grid_size"]),
        &["output name `grid_size` is the name of a thread attribute"],
    );
    build_fails(builder().inputs(["x", "x"]), &["input name `x` is given twice"]);
    build_fails(builder().outputs(["y", "y"]), &["output name `y` is given twice"]);
    build_fails(builder().outputs(["x"]), &["`x` names an input and an output"]);
    build_fails(builder().source(" \n"), &["the source of kernel `copy` is empty", "pass the body"]);
}

/// Runs a call of the kernel with changes and expects a refusal.
#[track_caller]
fn call_fails(change: impl for<'a> FnOnce(Call<'a>) -> Call<'a>, parts: &[&str]) {
    let kernel = builder().build().unwrap();
    let x = HostArray::vector(&[1.0f32; 16]);
    let call = kernel.call().input(&x).output(DType::F32, &[4]);
    let error = change(call.grid(Grid::threads([4, 1, 1])).threadgroup([4, 1, 1]))
        .run()
        .expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{error}");
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is missing in: {error}");
    }
}

#[test]
fn launches_that_cannot_be() {
    call_fails(|c| c.grid(Grid::threads([0, 1, 1])), &["grid (0, 1, 1) has 0 threads along x", "at least 1"]);
    call_fails(|c| c.grid(Grid::threads([4, -2, 1])), &["-2 threads along y"]);
    call_fails(|c| c.grid(Grid::threads([1 << 33, 1, 1])), &["more than 4294967295 threads along x"]);
    call_fails(|c| c.grid(Grid::threadgroups([1, 0, 1])), &["0 threadgroups along y"]);
    call_fails(|c| c.grid(Grid::threadgroups([1 << 62, 1, 1])), &["in threadgroups has more than"]);
    call_fails(|c| c.threadgroup([0, 1, 1]), &["threadgroup (0, 1, 1) has 0 threads along x"]);
    call_fails(
        |c| c.threadgroup([1024, 2, 1]),
        &["has 2048 threads", "1024", "pass for example (1024, 1, 1)"],
    );
    call_fails(|c| c.threads(1 << 20), &["1048576 processor threads", "1024"]);
    call_fails(|c| c.threadgroup([1 << 40, 1 << 40, 1]), &["more than 2^63 threads"]);
}

#[test]
fn arguments_that_do_not_fit() {
    call_fails(|c| c.output(DType::F32, &[4]), &["expected `outputs` to have size 1 but got size 2", "`y`"]);
    call_fails(|c| c.template("N", 1i64 << 40), &["`N` = 1099511627776 does not fit", "input array"]);
    call_fails(|c| c.template("x", 1), &["template argument `x` has the name of a parameter"]);
    call_fails(|c| c.template("N", 1).template("N", 2), &["template argument `N` is given twice"]);
    call_fails(|c| c.template("2", 1), &["template argument `2` is not an identifier"]);
    call_fails(|c| c.template("T", DType::F64), &["`T` is f64, and Metal has no double"]);

    let kernel = builder().build().unwrap();
    let x = HostArray::vector(&[1.0f64]);
    let run = |call: Call<'_>| {
        call.grid(Grid::threads([4, 1, 1])).threadgroup([4, 1, 1]).run().unwrap_err().to_string()
    };
    assert!(
        run(kernel.call().output(DType::F32, &[4]))
            .contains("expected `inputs` to have size 1 but got size 0")
    );
    assert!(run(kernel.call().input(&x).output(DType::F32, &[4])).contains("input `x` is f64"));
    let x = x.convert(DType::F32).unwrap();
    assert!(run(kernel.call().input(&x).output(DType::F64, &[4])).contains("output `y` is f64"));
    let error = run(kernel.call().input(&x).output(DType::F32, &[1 << 33, 1 << 10]));
    assert!(error.contains("output `y`: an array f32(8589934592, 1024) needs 32.0 TiB"), "{error}");
}

#[test]
fn generated_names_are_taken() {
    let kernel = Kernel::builder("copy").inputs(["x", "x_shape"]).outputs(["y"]).source("y[0] = x_shape[0];");
    let kernel = kernel.build().unwrap();
    let (x, shape) = (HostArray::vector(&[1.0f32; 16]), HostArray::vector(&[16.0f32; 16]));
    let run = |x: &HostArray| {
        let call = kernel.call().input(x).input(&shape).output(DType::F32, &[1]);
        call.grid(Grid::threads([1, 1, 1])).threadgroup([1, 1, 1]).run()
    };
    let error = run(&x).unwrap_err().to_string();
    assert!(
        error.contains("`x_shape` is also what the generated parameter with the shape of input `x`"),
        "{error}"
    );
    // An input of 0 dimensions has no shape parameter.
    assert_eq!(run(&HostArray::scalar(1.0f32)).unwrap()[0].to_f64(), [16.0]);
}

#[test]
fn a_launch_that_takes_too_long_is_stopped_at_its_loop() {
    let kernel =
        Kernel::builder("spin").inputs([""; 0]).outputs(["y"]).source("while (true) {\n  y[0] += 1;\n}\n");
    let kernel = kernel.build().unwrap();
    let call = kernel.call().output(DType::F32, &[1]).grid(Grid::threads([1, 1, 1])).threadgroup([1, 1, 1]);
    let error = call.time_limit(std::time::Duration::from_millis(50)).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stopped);
    let text = error.to_string();
    assert!(text.contains("stopped after 0.05 s") && text.contains("<spin>:1:1"), "{text}");
}

#[test]
fn calls_without_grid_or_threadgroup_say_so() {
    let kernel = builder().build().unwrap();
    let x = HostArray::scalar(1.0f32);
    let call = kernel.call().input(&x).output(DType::F32, &[4]);
    assert!(call.clone().run().unwrap_err().to_string().contains("the call has no grid"));
    let error = call.grid(Grid::threads([4, 1, 1])).run().unwrap_err().to_string();
    assert!(error.contains("the call has no threadgroup"), "{error}");
}

#[test]
fn syntax_errors_appear_when_the_kernel_is_built() {
    let error = builder().source("uint i = ;\ny[i] = (;\n").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Source);
    assert!(error.to_string().contains("<copy>:1:10"), "{error}");
}

#[test]
fn kernels_are_called_from_many_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let kernel = Kernel::builder("scale")
        .inputs(["x"])
        .outputs(["y"])
        .source("uint i = thread_position_in_grid.x; y[i] = x[i] * T(2);")
        .math_mode(MathMode::Safe)
        .build()
        .unwrap();
    shared(&kernel);
    let _ = TemplateValue::Int(1);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let kernel = &kernel;
            scope.spawn(move || {
                for n in [4usize, 100, 1000] {
                    let dtype = if thread % 2 == 0 { DType::F32 } else { DType::I32 };
                    let x = HostArray::full(dtype, &[n], emberforge_kernel::Number::Int(thread + 1)).unwrap();
                    let y = kernel
                        .call()
                        .input(&x)
                        .output(dtype, &[n])
                        .template("T", dtype)
                        .grid(Grid::threads([n as i64, 1, 1]))
                        .threadgroup([64, 1, 1])
                        .run()
                        .unwrap();
                    assert_eq!(y[0].to_f64(), vec![(2 * (thread + 1)) as f64; n]);
                }
            });
        }
    });
}
