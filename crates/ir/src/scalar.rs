//! Scalar evaluation of every operation: the law.
