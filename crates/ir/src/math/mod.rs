//! The math library of the IR.
