//! Elementwise functions.

use crate::base::{Args, replay, unmapped};
use emberforge_array::{self as mx, Array, Result, Tolerance};

#[test]
fn elementwise_functions_are_mlxs() {
    replay("elementwise", 1500, call);
}

fn call(op: &str, x: &[Array], args: &Args) -> Result<Vec<Array>> {
    macro_rules! dispatch {
        (unary: $($one:ident)*; binary: $($two:ident)*; $($arms:tt)*) => {
            match op {
                $(stringify!($one) => mx::$one(&x[0]),)*
                $(stringify!($two) => mx::$two(&x[0], &x[1]),)*
                $($arms)*
            }
        };
    }
    let float = |name: &str| args.get(name).map(|_| args.float(name));
    let bound = |name: &str| {
        args.get(name).map(|v| match v.as_i64() {
            Some(whole) => mx::Scalar::Int(whole),
            None => mx::Scalar::Float(args.float(name)),
        })
    };
    let tolerance = Tolerance {
        rtol: float("rtol").unwrap_or(1e-5),
        atol: float("atol").unwrap_or(1e-8),
        equal_nan: args.flag("equal_nan"),
    };
    let one = dispatch! {
        unary: abs arccos arccosh arcsin arcsinh arctan arctanh bitwise_invert ceil conjugate cos cosh degrees erf erfinv
            exp expm1 floor imag isfinite isinf isnan isneginf isposinf log log10 log1p log2 logical_not negative positive
            radians real reciprocal rsqrt sigmoid sign sin sinh sqrt square tan tanh trunc;
        binary: add arctan2 bitwise_and bitwise_or bitwise_xor divide floor_divide left_shift logaddexp maximum minimum
            multiply power remainder right_shift subtract equal greater greater_equal less less_equal logical_and
            logical_or logical_xor not_equal;
        "where" => mx::where_(&x[0], &x[1], &x[2]),
        "astype" => x[0].astype(args.dtype("dtype")),
        "round" => mx::round(&x[0], args.int("decimals") as i32),
        "clip" => mx::clip(&x[0], bound("low"), bound("high")),
        "nan_to_num" => mx::nan_to_num(&x[0], float("nan").unwrap_or(0.0), float("posinf"), float("neginf")),
        "isclose" => mx::isclose(&x[0], &x[1], tolerance),
        "allclose" => mx::allclose(&x[0], &x[1], tolerance),
        "array_equal" => mx::array_equal(&x[0], &x[1], tolerance.equal_nan),
        "divmod" => {
            let (quotient, rest) = mx::divmod(&x[0], &x[1])?;
            return Ok(vec![quotient, rest]);
        }
        _ => unmapped(op),
    };
    Ok(vec![one?])
}
