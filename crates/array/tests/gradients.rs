//! Every differentiable function against central differences: reverse mode, forward mode, and the gradient of the gradient.
//!
//! In f64 with steps of 1e-5 a central difference of a smooth function is right to about 1e-9; tolerances are 1e-6 of the
//! size of the slope. Functions that exist in f32 only (Fourier transforms, complex numbers) are linear or nearly so and get
//! a larger step and 2e-3.

use emberforge_array::fft::{self, Norm};
use emberforge_array::{
    self as mx, Array, Contraction, ConvOptions, Cumulative, DType, Padding1d, Result, grad, jvp, s, sum, vjp,
};

type Function = Box<dyn Fn(&[Array]) -> Result<Array>>;

/// Numbers between 0.1 and 0.9, no two alike: inside every function's domain, and away from ties.
fn numbers(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| 0.1 + 0.8 * (((i * 61 + seed * 37 + 11) % 997) as f64 / 997.0)).collect()
}

fn array(shape: &[usize], seed: usize, dtype: DType) -> Result<Array> {
    let data = numbers(shape.iter().product(), seed);
    Array::from_slice(&data, shape)?.astype(dtype)
}

/// A direction to move in, of mixed signs.
fn direction(x: &Array, seed: usize) -> Result<Array> {
    Ok(array(x.shape(), seed + 50, x.dtype())? * 2.0 - 1.0)
}

/// Checks one function at one place. The function's output is weighted to one number first.
fn check(name: &str, shapes: &[Vec<usize>], dtype: DType, f: &Function) -> Result<()> {
    let wide = dtype == DType::F64;
    let (step, tolerance) = if wide { (1e-5, 1e-6) } else { (0.25, 2e-3) };
    let primals = shapes.iter().enumerate().map(|(i, s)| array(s, i, dtype)).collect::<Result<Vec<_>>>()?;
    let weights = array(f(&primals)?.check()?.shape(), 7, dtype)?;
    let value = |x: &[Array]| sum(&(f(x)? * &weights), (), false);
    let gradients = grad(value)(&primals).map_err(|e| mx::Error::invalid(format!("{name}: {e}")))?;
    let (_, pulled) = vjp(|x| Ok(vec![f(x)?]), &primals, std::slice::from_ref(&weights))?;
    for (i, x) in primals.iter().enumerate() {
        let along = direction(x, i)?;
        let moved = |f: &dyn Fn(&[Array]) -> Result<Array>, by: f64| -> Result<f64> {
            let mut at = primals.clone();
            at[i] = x + &along * by;
            Ok(f(&at)?.to_f64_vec()?[0])
        };
        let difference = |f: &dyn Fn(&[Array]) -> Result<Array>| -> Result<f64> {
            Ok((moved(f, step)? - moved(f, -step)?) / (2.0 * step))
        };
        let dot = |g: &Array| -> Result<f64> { Ok(sum(&(g * &along), (), false)?.to_f64_vec()?[0]) };
        let close = |what: &str, got: f64, expected: f64| {
            assert!(
                (got - expected).abs() <= tolerance * (1.0 + expected.abs()),
                "{name}, {what} of input {i}: {got}, and differences give {expected}"
            );
        };
        let expected = difference(&value)?;
        close("grad", dot(&gradients[i])?, expected);
        close("vjp", dot(&pulled[i])?, expected);
        // Forward mode.
        let mut tangents = primals.iter().map(mx::zeros_like).collect::<Result<Vec<_>>>()?;
        tangents[i] = along.clone();
        let (_, forward) = jvp(|x| Ok(vec![value(x)?]), &primals, &tangents)?;
        close("jvp", forward[0].to_f64_vec()?[0], expected);
        // The gradient of a number made of the gradient.
        if wide {
            let slope = |x: &[Array]| sum(&(&grad(value)(x)?[i] * &along), (), false);
            let second = grad(slope)(&primals)?;
            close("second derivative", dot(&second[i])?, difference(&slope)?);
        }
    }
    Ok(())
}

fn check_all(dtype: DType, cases: Vec<(&str, Vec<Vec<usize>>, Function)>) -> Result<()> {
    for (name, shapes, f) in &cases {
        check(name, shapes, dtype, f)?;
    }
    Ok(())
}

/// `case!("name", [shape, ..], |x| expression)`.
macro_rules! case {
    ($name:expr, [$($shape:expr),*], |$x:ident| $body:expr) => {
        ($name, vec![$(Vec::<usize>::from($shape)),*], Box::new(move |$x: &[Array]| $body) as Function)
    };
}

/// One case per function of one operand.
macro_rules! each {
    ($($f:ident),* $(,)?) => { vec![$(case!(stringify!($f), [[2, 3]], |x| mx::$f(&x[0]))),*] };
}

#[test]
fn elementwise_functions() -> Result<()> {
    check_all(
        DType::F64,
        each![
            abs, arccos, arcsin, arcsinh, arctan, arctanh, cos, cosh, erf, erfinv, exp, expm1, log, log10,
            log1p, log2, negative, reciprocal, rsqrt, sigmoid, sin, sinh, sqrt, square, tan, tanh, degrees,
            radians,
        ],
    )?;
    // The inverse hyperbolic cosine lives above 1.
    check_all(DType::F64, vec![case!("arccosh", [[2, 3]], |x| mx::arccosh(&x[0] + 1.0))])
}

#[test]
fn functions_of_two_operands_and_their_broadcasting() -> Result<()> {
    macro_rules! two {
        ($($f:ident),*) => { vec![$(case!(stringify!($f), [[2, 3], [3]], |x| mx::$f(&x[0], &x[1]))),*] };
    }
    check_all(
        DType::F64,
        two![add, arctan2, divide, logaddexp, maximum, minimum, multiply, power, remainder, subtract],
    )?;
    check_all(
        DType::F64,
        vec![
            case!("where", [[2, 3], [2, 1]], |x| mx::where_(&mx::greater(&x[0], 0.5)?, &x[0], &x[1])),
            case!("clip", [[2, 3]], |x| mx::clip(&x[0], Some(0.3), Some(0.7))),
            case!("scalars", [[4]], |x| Ok(2.0 / (&x[0] * 3.0 - 4.0) + 1.0 - &x[0])),
        ],
    )
}

#[test]
fn activations_norms_and_softmax() -> Result<()> {
    check_all(
        DType::F64,
        each![gelu, gelu_approx, relu, relu2, selu, silu, softplus, mish, log_sigmoid, softsign],
    )?;
    check_all(
        DType::F64,
        vec![
            case!("glu", [[3, 4]], |x| mx::glu(&x[0], -1)),
            case!("softmax", [[3, 4]], |x| mx::softmax(&x[0], -1)),
            case!("softmax over two axes", [[2, 3, 4]], |x| mx::softmax(&x[0], [0, 2])),
            case!("log_softmax", [[3, 4]], |x| mx::log_softmax(&x[0], 0)),
            case!("logsumexp", [[3, 4]], |x| mx::logsumexp(&x[0], -1, false)),
            case!("logsumexp of all", [[3, 4]], |x| mx::logsumexp(&x[0], (), true)),
            case!("layer_norm", [[3, 4], [4], [4]], |x| mx::layer_norm(
                &x[0],
                Some(&x[1]),
                Some(&x[2]),
                1e-5
            )),
            case!("layer_norm alone", [[3, 4]], |x| mx::layer_norm(&x[0], None, None, 1e-5)),
            case!("rms_norm", [[3, 4], [4]], |x| mx::rms_norm(&x[0], Some(&x[1]), 1e-5)),
        ],
    )
}

#[test]
fn single_precision_norms_and_softmax_have_the_gradients_of_their_formulas() -> Result<()> {
    // In f32 these are primitives of their own; their gradients are compared with the f64 compositions'.
    let functions: [(&str, Function); 4] = [
        ("softmax", Box::new(|x| mx::softmax(&x[0], -1))),
        ("logsumexp", Box::new(|x| mx::logsumexp(&x[0], -1, false))),
        ("layer_norm", Box::new(|x| mx::layer_norm(&x[0], Some(&x[1]), Some(&x[2]), 1e-5))),
        ("rms_norm", Box::new(|x| mx::rms_norm(&x[0], Some(&x[1]), 1e-5))),
    ];
    for (name, f) in &functions {
        let gradients = |dtype| -> Result<Vec<Vec<f64>>> {
            let x = [array(&[5, 9], 1, dtype)?, array(&[9], 2, dtype)?, array(&[9], 3, dtype)?];
            let value = |x: &[Array]| sum(&(mx::square(&f(x)?)? * 3.0), (), false);
            grad(value)(&x)?.iter().map(Array::to_f64_vec).collect()
        };
        for (single, double) in gradients(DType::F32)?.into_iter().zip(gradients(DType::F64)?) {
            for (a, b) in single.into_iter().zip(double) {
                assert!((a - b).abs() < 2e-5 * (1.0 + b.abs()), "{name}: {a} in f32, {b} in f64");
            }
        }
    }
    Ok(())
}

#[test]
fn reductions_scans_and_sorts() -> Result<()> {
    check_all(
        DType::F64,
        vec![
            case!("sum", [[2, 3, 4]], |x| sum(&x[0], [0, 2], false)),
            case!("prod", [[2, 3]], |x| mx::prod(&x[0], -1, false)),
            case!("max", [[2, 3, 4]], |x| mx::max(&x[0], [1], true)),
            case!("min", [[2, 3, 4]], |x| mx::min(&x[0], (), false)),
            case!("mean", [[2, 3, 4]], |x| mx::mean(&x[0], [0, 1], false)),
            case!("var", [[2, 3, 4]], |x| mx::var(&x[0], 1, false, 1)),
            case!("std", [[2, 3, 4]], |x| mx::std(&x[0], -1, true, 0)),
            case!("median", [[2, 5]], |x| mx::median(&x[0], -1, false)),
            case!("median of an even count", [[2, 4]], |x| mx::median(&x[0], -1, false)),
            case!("diff", [[3, 5]], |x| mx::diff(&x[0], 2, -1)),
            case!("unstack", [[2, 3]], |x| Ok(mx::unstack(&x[0], 1)?.remove(2))),
            case!("matrix_transpose", [[2, 3, 4]], |x| mx::matrix_transpose(&x[0])),
            case!("vecdot", [[2, 3], [2, 3]], |x| mx::vecdot(&x[0], &x[1], 0)),
            case!("sort", [[3, 5]], |x| mx::sort(&x[0], 0)),
            case!("partition", [[3, 5]], |x| mx::partition(&x[0], 2, -1)),
            case!("topk", [[3, 5]], |x| mx::topk(&x[0], 2, -1)),
        ],
    )?;
    for reverse in [false, true] {
        for inclusive in [false, true] {
            let how = Cumulative { reverse, inclusive };
            let mut cases = vec![
                case!("cumsum", [[2, 4]], |x| mx::cumsum(&x[0], -1, how)),
                case!("cumprod", [[2, 4]], |x| mx::cumprod(&x[0], 1, how)),
            ];
            // The first place of an exclusive extreme is infinite.
            if inclusive {
                cases.push(case!("cummax", [[2, 4]], |x| mx::cummax(&x[0], -1, how)));
                cases.push(case!("cummin", [[2, 4]], |x| mx::cummin(&x[0], 0, how)));
                cases.push(case!("logcumsumexp", [[2, 4]], |x| mx::logcumsumexp(&x[0], -1, how)));
            }
            check_all(DType::F64, cases)?;
        }
    }
    Ok(())
}

#[test]
fn the_gradient_of_a_product_is_right_at_zeros() -> Result<()> {
    let x = Array::from_slice(&[2.0f64, 0.0, 3.0, 0.0, 0.0, 5.0], &[2, 3])?;
    let g = grad(|x: &[Array]| sum(&mx::prod(&x[0], -1, false)?, (), false))(std::slice::from_ref(&x))?;
    assert_eq!(g[0].to_vec::<f64>()?, [0.0, 6.0, 0.0, 0.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn views_joins_and_slices() -> Result<()> {
    check_all(
        DType::F64,
        vec![
            case!("reshape", [[2, 6]], |x| mx::reshape(&x[0], &[3, -1])),
            case!("transpose", [[2, 3, 4]], |x| mx::transpose(&x[0], &[2, 0, 1])),
            case!("broadcast_to", [[3, 1]], |x| mx::broadcast_to(&x[0], &[2, 3, 4])),
            case!("slice", [[4, 6]], |x| x[0].slice(s![1..-1, ..;-2])),
            case!("slice with steps", [[4, 6]], |x| x[0].slice(s![::2, 1])),
            case!("as_strided", [[3, 4]], |x| mx::as_strided(&x[0], &[2, 3, 2], &[4, 1, 1], 1)),
            case!("concatenate", [[2, 3], [1, 3]], |x| mx::concatenate(&[&x[0], &x[1], &x[0]], 0)),
            case!("stack", [[2, 3], [2, 3]], |x| mx::stack(&[&x[0], &x[1]], -1)),
            case!("split", [[2, 6]], |x| Ok(&mx::split(&x[0], 3, -1)?[1] * &mx::split(&x[0], 3, -1)?[2])),
            case!("tile", [[2, 3]], |x| mx::tile(&x[0], &[2, 2])),
            case!("repeat", [[2, 3]], |x| mx::repeat(&x[0], 2, 1)),
            case!("roll", [[2, 3]], |x| mx::roll(&x[0], &[1, -1], [0, 1])),
            case!("flip", [[2, 3]], |x| mx::flip(&x[0], 1)),
            case!("pad", [[2, 3]], |x| mx::pad(&x[0], [(1, 0), (2, 1)], mx::PadMode::default())),
            case!("pad with the edge", [[2, 3]], |x| mx::pad(&x[0], [(1, 0), (2, 1)], mx::PadMode::Edge)),
            case!("tril", [[3, 3]], |x| mx::tril(&x[0], 0)),
            case!("triu", [[3, 4]], |x| mx::triu(&x[0], 1)),
            case!("diagonal", [[3, 4]], |x| mx::diagonal(&x[0], 1, 0, 1)),
            case!("diag", [[3]], |x| mx::diag(&x[0], -1)),
            case!("trace", [[3, 4]], |x| mx::trace(&x[0], 0, 0, 1, None)),
            case!("meshgrid-like", [[3], [2]], |x| Ok(mx::expand_dims(&x[0], 1)? * &x[1])),
        ],
    )
}

#[test]
fn indexing_and_scattering() -> Result<()> {
    let list = |data: &[i32], shape: &[usize]| Array::from_slice(data, shape);
    let (rows, along) = (list(&[2, 0, 2, -1], &[4])?, list(&[1, 0, 2, 1, 1, 0], &[3, 2])?);
    let (r, a, b, c, d, e) = (rows.clone(), along.clone(), along.clone(), along, rows.clone(), rows);
    check_all(
        DType::F64,
        vec![
            case!("take", [[3, 2]], |x| mx::take(&x[0], &r, 0)),
            case!("take_along_axis", [[3, 4]], |x| mx::take_along_axis(&x[0], &a, 1)),
            case!("put_along_axis", [[3, 4], [3, 1]], |x| mx::put_along_axis(
                &x[0],
                &b.slice(s![.., ..1])?,
                &x[1],
                1
            )),
            case!("scatter_add_axis", [[3, 4], [3, 2]], |x| mx::scatter_add_axis(&x[0], &c, &x[1], 1)),
            case!("at add", [[3, 2], [4, 2]], |x| x[0].at(&[mx::Index::from(&d)]).add(&x[1])),
            case!("at multiply", [[3, 2], [2, 2]], |x| x[0]
                .at(&[mx::Index::from(&e.slice(s![..2])?)])
                .multiply(&x[1])),
            case!("slice_update", [[3, 4], [2, 2]], |x| mx::slice_update(&x[0], &x[1], s![1.., 1..3])),
        ],
    )
}

#[test]
fn products_and_convolutions() -> Result<()> {
    let general = ConvOptions {
        stride: 2.into(),
        padding: (1.into(), 2.into()),
        dilation: 2.into(),
        groups: 2,
        ..ConvOptions::default()
    };
    check_all(
        DType::F64,
        vec![
            case!("matmul", [[2, 3], [3, 4]], |x| mx::matmul(&x[0], &x[1])),
            case!("matmul of a batch", [[2, 2, 3], [3, 2]], |x| mx::matmul(&x[0], &x[1])),
            case!("matmul, batch broadcast", [[2, 1, 2, 3], [3, 3, 2]], |x| mx::matmul(&x[0], &x[1])),
            case!("matmul with a vector", [[2, 3], [3]], |x| mx::matmul(&x[0], &x[1])),
            case!("addmm", [[4], [2, 3], [3, 4]], |x| mx::addmm(&x[0], &x[1], &x[2], 0.5, 2.0)),
            case!("inner", [[2, 3], [4, 3]], |x| mx::inner(&x[0], &x[1])),
            case!("outer", [[2], [3]], |x| mx::outer(&x[0], &x[1])),
            case!("kron", [[2, 2], [3]], |x| mx::kron(&x[0], &x[1])),
            case!("tensordot", [[2, 3, 4], [4, 3]], |x| mx::tensordot(
                &x[0],
                &x[1],
                Contraction::Pairs(vec![1, 2], vec![1, 0])
            )),
            case!("einsum", [[2, 3], [3, 4], [4]], |x| mx::einsum("ij,jk,k->i", &[&x[0], &x[1], &x[2]])),
            case!("einsum of a diagonal", [[3, 3]], |x| mx::einsum("ii->i", &[&x[0]])),
            case!("conv1d", [[2, 6, 2], [3, 3, 2]], |x| mx::conv1d(&x[0], &x[1], 1, 1, 1, 1)),
            case!("conv1d by channels", [[2, 6, 3], [3, 2, 1]], |x| mx::conv1d(&x[0], &x[1], 2, 1, 1, 3)),
            case!("conv2d", [[1, 4, 5, 2], [2, 2, 3, 2]], |x| mx::conv2d(&x[0], &x[1], [2, 1], 1, 1, 1)),
            case!("conv_general", [[1, 7, 4], [4, 2, 2]], |x| mx::conv_general(&x[0], &x[1], &general)),
            case!("conv_transpose1d", [[1, 4, 2], [3, 3, 2]], |x| mx::conv_transpose1d(
                &x[0], &x[1], 2, 1, 1, 0, 1
            )),
            case!("depthwise, causal", [[2, 5, 3], [3, 3], [3]], |x| mx::depthwise_conv1d(
                &x[0],
                &x[1],
                Some(&x[2]),
                Padding1d::Causal
            )),
            case!("depthwise, centred", [[5, 3], [4, 3]], |x| mx::depthwise_conv1d(
                &x[0],
                &x[1],
                None,
                Padding1d::Centred
            )),
            case!("depthwise, padded", [[1, 5, 2], [3, 2]], |x| mx::depthwise_conv1d(
                &x[0],
                &x[1],
                None,
                Padding1d::Explicit(2, 3)
            )),
        ],
    )
}

#[test]
fn fourier_transforms() -> Result<()> {
    let mut cases = Vec::new();
    for norm in [Norm::Backward, Norm::Ortho, Norm::Forward] {
        for n in [4usize, 5, 7] {
            cases.push(case!("real(fft)", [[2, 5]], |x| mx::real(&fft::fft(&x[0], n, -1, norm)?)));
            cases.push(case!("imag(ifft)", [[2, 5]], |x| mx::imag(&fft::ifft(&x[0], n, 0, norm)?)));
            cases.push(case!("real(rfft)", [[2, 5]], |x| mx::real(&fft::rfft(&x[0], n, -1, norm)?)));
            cases.push(case!("imag(rfft)", [[2, 5]], |x| mx::imag(&fft::rfft(&x[0], n, -1, norm)?)));
            cases.push(case!("irfft(rfft)", [[2, 5]], |x| fft::irfft(
                &(fft::rfft(&x[0], n, -1, norm)? * mx::Complex32::new(0.5, 1.0)),
                n,
                -1,
                norm
            )));
        }
        cases.push(case!("rfft2", [[3, 4]], |x| mx::real(&fft::rfft2(&x[0], None, norm)?)));
    }
    check_all(DType::F32, cases)
}

#[test]
#[should_panic(expected = "differences give")]
fn a_wrong_gradient_is_found() {
    let f: Function = Box::new(|x| Ok(mx::stop_gradient(&x[0])? * &x[0]));
    check("half of a square's gradient", &[vec![3]], DType::F64, &f).expect("the functions themselves work");
}
