//! Shared memory of arrays: allocated from the pool, or a mapped file.

use crate::pool::{self, Cell};
use emberforge_base::{Error, Result};
use std::path::Path;
use std::sync::Arc;

/// Alignment of allocated memory: a cache line, and the widest vector register.
const ALIGN: usize = 64;
/// Sizes below this are allocated without asking how much memory is left.
const ASK_FROM: usize = 256 << 20;

/// Bytes that nobody changes any more, shared by whoever holds them.
#[derive(Clone, Debug)]
pub struct Buffer(Arc<Storage>);

/// Bytes with one owner, who may still write them.
#[derive(Debug)]
pub struct BufferMut(Block);

#[derive(Debug)]
enum Storage {
    Memory(Block),
    File(memmap2::Mmap),
}

/// A block of the pool with its aligned range.
struct Block {
    cells: Vec<Cell>,
    start: usize,
    len: usize,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len)
    }
}

impl Block {
    fn new(len: usize, zeroed: bool) -> Result<Block> {
        if len >= ASK_FROM {
            ask(len)?;
        }
        let cells = pool::take(len / size_of::<Cell>() + ALIGN / size_of::<Cell>() + 1, zeroed);
        let start = bytemuck::cast_slice::<Cell, u8>(&cells).as_ptr().align_offset(ALIGN);
        Ok(Block { cells, start, len })
    }

    fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.cells)[self.start..self.start + self.len]
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        pool::give(std::mem::take(&mut self.cells));
    }
}

impl BufferMut {
    /// `len` bytes of unspecified content, on a cache-line boundary.
    ///
    /// # Errors
    /// When the machine has no room for them.
    pub fn new(len: usize) -> Result<BufferMut> {
        Block::new(len, false).map(BufferMut)
    }

    /// `len` zero bytes, on a cache-line boundary.
    ///
    /// # Errors
    /// When the machine has no room for them.
    pub fn zeroed(len: usize) -> Result<BufferMut> {
        Block::new(len, true).map(BufferMut)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        let Block { cells, start, len } = &mut self.0;
        &mut bytemuck::cast_slice_mut(cells)[*start..*start + *len]
    }

    /// Ends the writing.
    pub fn freeze(self) -> Buffer {
        Buffer(Arc::new(Storage::Memory(self.0)))
    }
}

impl Buffer {
    /// The file's bytes, read when they are looked at.
    ///
    /// Whoever truncates the file while it is mapped makes the process fail, as with every mapped file.
    ///
    /// # Errors
    /// When the file cannot be opened or mapped.
    pub fn map(path: &Path) -> Result<Buffer> {
        let say = |e: std::io::Error| Error::io(format!("cannot read `{}`: {e}", path.display()));
        let file = std::fs::File::open(path).map_err(say)?;
        // SAFETY: the map is read only; the documentation above passes the system's condition on to the caller.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(say)?;
        Ok(Buffer(Arc::new(Storage::File(map))))
    }

    /// [`map`](Buffer::map) of a part of an open file: what was read of it leaves memory with its last holder, whoever holds
    /// other parts.
    ///
    /// # Errors
    /// When it cannot be mapped.
    pub fn map_part(file: &std::fs::File, part: std::ops::Range<usize>) -> Result<Buffer> {
        let mut options = memmap2::MmapOptions::new();
        let options = options.offset(part.start as u64).len(part.len());
        // SAFETY: as for `map`.
        let map = unsafe { options.map(file) };
        let map = map.map_err(|e| Error::io(format!("cannot map bytes {part:?} of a file: {e}")))?;
        Ok(Buffer(Arc::new(Storage::File(map))))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match &*self.0 {
            Storage::Memory(block) => block.bytes(),
            Storage::File(map) => map,
        }
    }

    /// The memory back for writing, when nobody else holds it and it is no file; counted as donated.
    ///
    /// # Errors
    /// The buffer itself, unchanged.
    pub fn into_unique(self) -> Result<BufferMut, Buffer> {
        match Arc::try_unwrap(self.0) {
            Ok(Storage::Memory(block)) => {
                pool::donated(block.len);
                Ok(BufferMut(block))
            }
            Ok(file) => Err(Buffer(Arc::new(file))),
            Err(shared) => Err(Buffer(shared)),
        }
    }

    /// True when both are the same memory.
    pub fn same(&self, other: &Buffer) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

/// Turns the allocator's abort into an error: asks what is free before a large allocation.
fn ask(len: usize) -> Result<()> {
    let room = available();
    if Vec::<u8>::new().try_reserve_exact(len).is_err() || room.is_some_and(|room| len as u64 > room) {
        let gib = |bytes: u64| bytes as f64 / f64::from(1u32 << 30);
        let room = room.map_or(String::new(), |r| format!(" ({:.1} GiB are free)", gib(r)));
        return Err(Error::invalid(format!(
            "an array needs {:.1} GiB, more than this machine can give{room}; use a smaller shape or a narrower dtype",
            gib(len as u64)
        )));
    }
    Ok(())
}

/// Memory that can still be used without swapping, where the system tells (Linux; the control group's limit counts),
/// with what the pool keeps.
fn available() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo.lines().find(|l| l.starts_with("MemAvailable:"))?;
    let system = line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024;
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max")
        .zip(number("/sys/fs/cgroup/memory.current"))
        .map(|(max, current)| max.saturating_sub(current));
    Some(group.map_or(system, |g| g.min(system)) + pool::memory_stats().cache as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_memory_is_handed_out_again_and_counted() {
        let size = 3_000_000;
        let first = BufferMut::new(size).expect("room for 3 MB");
        let address = first.bytes().as_ptr();
        assert!(address.is_aligned_to_line());
        drop(first);
        let second = BufferMut::new(size - 100).expect("room for 3 MB");
        assert_eq!(second.bytes().as_ptr(), address, "the same class of sizes shares blocks");
        assert!(BufferMut::zeroed(size).expect("room").bytes().iter().all(|b| *b == 0));
    }

    trait Line {
        fn is_aligned_to_line(&self) -> bool;
    }

    impl Line for *const u8 {
        fn is_aligned_to_line(&self) -> bool {
            (*self as usize).is_multiple_of(ALIGN)
        }
    }

    #[test]
    fn memory_comes_back_only_to_its_last_holder() {
        let buffer = BufferMut::zeroed(16).expect("16 bytes").freeze();
        let copy = buffer.clone();
        let buffer = buffer.into_unique().expect_err("two holders");
        drop(copy);
        assert_eq!(buffer.into_unique().expect("one holder").bytes(), [0; 16]);
    }

    #[test]
    fn an_impossible_size_is_an_error() {
        let error = BufferMut::new(1 << 50).expect_err("a petabyte");
        assert!(error.to_string().contains("more than this machine can give"), "{error}");
    }

    #[test]
    fn a_mapped_file_shows_its_bytes_and_a_missing_one_its_name() {
        let path = std::env::temp_dir().join(format!("emberforge-map-{}", std::process::id()));
        std::fs::write(&path, b"ember").expect("a temporary file");
        assert_eq!(Buffer::map(&path).expect("it exists").bytes(), b"ember");
        let file = std::fs::File::open(&path).expect("it exists");
        assert_eq!(Buffer::map_part(&file, 1..4).expect("it exists").bytes(), b"mbe");
        std::fs::remove_file(&path).expect("it exists");
        assert!(Buffer::map(&path).expect_err("it is gone").to_string().contains("emberforge-map"));
    }
}
