//! The elementwise functions that MLX's arrays have as methods.

use crate::Array;
use emberforge_base::Result;

macro_rules! methods {
    ($($name:ident)*) => {
        impl Array {
            $(
                #[doc = concat!("See [`", stringify!($name), "`](crate::", stringify!($name), "()).")]
                ///
                /// # Errors
                /// Those of the function.
                pub fn $name(&self) -> Result<Array> {
                    crate::$name(self)
                }
            )*
        }
    };
}

methods!(abs cos exp imag log log10 log1p log2 real reciprocal rsqrt sin sqrt square);

impl Array {
    /// See [`conjugate`](crate::conjugate()).
    ///
    /// # Errors
    /// Those of the function.
    pub fn conj(&self) -> Result<Array> {
        crate::conjugate(self)
    }

    /// See [`round`](crate::round()).
    ///
    /// # Errors
    /// Those of the function.
    pub fn round(&self, decimals: i32) -> Result<Array> {
        crate::round(self, decimals)
    }
}
