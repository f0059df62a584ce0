//! From tree to IR.
