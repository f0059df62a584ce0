//! Reads a kernel from its printed text.
/// placeholder
#[derive(Debug)] pub struct ReadError;
/// placeholder
pub fn read(_: &str) -> Result<crate::Kernel, ReadError> { Err(ReadError) }
