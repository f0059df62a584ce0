//! Prints a kernel as text.
