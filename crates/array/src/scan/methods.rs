//! The cumulative operations that MLX's arrays have as methods.

use super::Cumulative;
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
                pub fn $name(&self, axis: impl Into<Option<i32>>, how: Cumulative) -> Result<Array> {
                    crate::$name(self, axis, how)
                }
            )*
        }
    };
}

methods!(cummax cummin cumprod cumsum logcumsumexp);
