//! The reductions that MLX's arrays have as methods.

use crate::Array;
use crate::shape::Axes;
use emberforge_base::Result;

macro_rules! methods {
    ($($name:ident($($arg:ident: $ty:ty),*))*) => {
        impl Array {
            $(
                #[doc = concat!("See [`", stringify!($name), "`](crate::", stringify!($name), "()).")]
                ///
                /// # Errors
                /// Those of the function.
                pub fn $name(&self, $($arg: $ty),*) -> Result<Array> {
                    crate::$name(self, $($arg),*)
                }
            )*
        }
    };
}

methods! {
    all(axes: impl Into<Axes>, keepdims: bool)
    any(axes: impl Into<Axes>, keepdims: bool)
    argmax(axis: impl Into<Option<i32>>, keepdims: bool)
    argmin(axis: impl Into<Option<i32>>, keepdims: bool)
    logsumexp(axes: impl Into<Axes>, keepdims: bool)
    max(axes: impl Into<Axes>, keepdims: bool)
    mean(axes: impl Into<Axes>, keepdims: bool)
    min(axes: impl Into<Axes>, keepdims: bool)
    prod(axes: impl Into<Axes>, keepdims: bool)
    std(axes: impl Into<Axes>, keepdims: bool, ddof: usize)
    sum(axes: impl Into<Axes>, keepdims: bool)
    var(axes: impl Into<Axes>, keepdims: bool, ddof: usize)
}
