//! Memory objects, their addresses, and bounds-checked access to the launch's buffers.
//!
//! An address is an `i64`: the object's number in the high bits, the byte offset plus a bias in the low ones, so that
//! pointer arithmetic is integer arithmetic and an offset that leaves its object (in either direction) is seen as such.
//!
//! Buffers a kernel writes are shared by all threads of the pool. A kernel whose threads race gets one of the values
//! written, as on a GPU: accesses go through raw pointers, never through references that would promise exclusivity.

use emberforge_ir::{ArrayId, BufferId, Kernel, TableId};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, AtomicU64};

const REGION_SHIFT: u32 = 44;
const BIAS: i64 = 1 << (REGION_SHIFT - 1);

/// Splits an address into object and byte offset.
#[inline]
pub(crate) fn decode(address: i64) -> (usize, i64) {
    ((address >> REGION_SHIFT) as usize, (address & ((1 << REGION_SHIFT) - 1)) - BIAS)
}

/// The address of byte 0 of an object.
fn encode(region: usize) -> u64 {
    (((region as i64) << REGION_SHIFT) + BIAS) as u64
}

/// A thread-private array: its size and the cell size of its interleaved layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Private {
    pub(crate) bytes: usize,
    pub(crate) cell: usize,
}

/// What an object's number means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Object {
    Buffer(usize),
    Table(usize),
    Threadgroup(usize),
    Private(usize),
    None,
}

/// Numbers of the memory objects: buffers, tables, threadgroup arrays, private arrays, in this order.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) buffers: usize,
    pub(crate) writable: Vec<bool>,
    pub(crate) tables: Vec<Vec<u8>>,
    /// Bytes of each threadgroup array.
    pub(crate) threadgroup: Vec<usize>,
    pub(crate) private: Vec<Private>,
}

impl Layout {
    pub(crate) fn new(kernel: &Kernel) -> Self {
        Layout {
            buffers: kernel.buffers.len(),
            writable: kernel.buffers.iter().map(|b| b.writable).collect(),
            tables: kernel.tables.iter().map(|t| t.data.clone()).collect(),
            threadgroup: kernel.threadgroup.iter().map(|a| a.bytes as usize).collect(),
            private: kernel
                .private
                .iter()
                .map(|a| Private { bytes: a.bytes as usize, cell: usize::from(a.cell.max(1)) })
                .collect(),
        }
    }

    pub(crate) fn buffer_address(&self, id: BufferId) -> u64 {
        encode(id.index())
    }

    pub(crate) fn table_address(&self, id: TableId) -> u64 {
        encode(self.buffers + id.index())
    }

    pub(crate) fn threadgroup_address(&self, id: ArrayId) -> u64 {
        encode(self.buffers + self.tables.len() + id.index())
    }

    pub(crate) fn private_address(&self, id: ArrayId) -> u64 {
        encode(self.buffers + self.tables.len() + self.threadgroup.len() + id.index())
    }

    #[inline]
    pub(crate) fn object(&self, region: usize) -> Object {
        let mut r = region;
        if r < self.buffers {
            return Object::Buffer(r);
        }
        r -= self.buffers;
        if r < self.tables.len() {
            return Object::Table(r);
        }
        r -= self.tables.len();
        if r < self.threadgroup.len() {
            return Object::Threadgroup(r);
        }
        r -= self.threadgroup.len();
        if r < self.private.len() { Object::Private(r) } else { Object::None }
    }
}

/// A buffer of a launch, one per IR buffer, in order.
#[derive(Debug)]
pub enum BufferArg<'a> {
    /// An input.
    Read(&'a [u8]),
    /// An input whose element 0 stands `origin` bytes into `bytes`: a view may go backwards from its first element.
    View {
        /// Everything the kernel may see.
        bytes: &'a [u8],
        /// At most the length of `bytes`.
        origin: usize,
    },
    /// An output.
    Write(&'a mut [u8]),
}

/// Objects larger than this are written past the caches when the kernel never reads them: fetching lines that are about
/// to be overwritten would cost a third of the memory traffic, and they would not stay cached anyway.
const STREAMED_OBJECT: usize = 32 << 20;
/// Shorter runs are not worth streaming.
const STREAMED_RUN: usize = 128;

/// Bytes that the threads of a launch read and write together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a> {
    pointer: *mut u8,
    len: usize,
    writable: bool,
    /// Written past the caches.
    streamed: bool,
    /// Where the kernel's pointer to it points.
    origin: usize,
    lifetime: PhantomData<&'a mut [u8]>,
}

// SAFETY: every access goes through the bounds-checked methods below; conflicting accesses of racing kernels are plain
// machine loads and stores of scalars whose outcome the IR leaves open (crate documentation of `emberforge_ir`).
unsafe impl Send for Bytes<'_> {}
// SAFETY: as for `Send`.
unsafe impl Sync for Bytes<'_> {}

impl<'a> Bytes<'a> {
    /// `write_only`: the kernel never reads what it writes.
    pub(crate) fn new(arg: &'a mut BufferArg<'_>, write_only: bool) -> Self {
        match arg {
            BufferArg::Read(bytes) => Bytes::table(bytes),
            BufferArg::View { bytes, origin } => Bytes { origin: *origin, ..Bytes::table(bytes) },
            BufferArg::Write(bytes) => {
                let streamed = write_only && bytes.len() >= STREAMED_OBJECT;
                Bytes { streamed, ..Bytes::scratch(bytes) }
            }
        }
    }

    /// Read-only bytes.
    pub(crate) fn table(bytes: &'a [u8]) -> Self {
        let pointer = bytes.as_ptr().cast_mut();
        let len = bytes.len();
        Bytes { pointer, len, writable: false, streamed: false, origin: 0, lifetime: PhantomData }
    }

    /// Bytes to read and write.
    pub(crate) fn scratch(bytes: &'a mut [u8]) -> Self {
        let pointer = bytes.as_mut_ptr();
        let len = bytes.len();
        Bytes { pointer, len, writable: true, streamed: false, origin: 0, lifetime: PhantomData }
    }

    /// Byte offset of the element that the kernel's pointer points to.
    pub(crate) fn origin(&self) -> usize {
        self.origin
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.writable
    }

    /// True when `size` bytes at `offset` lie inside.
    #[inline(always)]
    pub(crate) fn holds(&self, offset: i64, size: usize) -> bool {
        offset >= 0 && (offset as u64).saturating_add(size as u64) <= self.len as u64
    }

    /// The bytes of a read-only object.
    pub(crate) fn read_only(&self, offset: usize, size: usize) -> Option<&'a [u8]> {
        if self.writable || offset.checked_add(size)? > self.len {
            return None;
        }
        // SAFETY: inside the object by the line above; a read-only object is borrowed shared for 'a and never written.
        Some(unsafe { std::slice::from_raw_parts(self.pointer.add(offset), size) })
    }

    /// True when element accesses of `size` bytes at `offset` are aligned.
    #[inline(always)]
    pub(crate) fn aligned(&self, offset: i64, size: usize) -> bool {
        (self.pointer as usize).wrapping_add(offset as usize).is_multiple_of(size)
    }

    /// Copies bytes out; the range must lie inside.
    pub(crate) fn copy_out(&self, offset: usize, into: &mut [u8]) {
        assert!(offset.checked_add(into.len()).is_some_and(|end| end <= self.len), "read outside its object");
        // SAFETY: inside the object by the assertion; `into` is memory of this machine, which no object overlaps.
        unsafe { std::ptr::copy_nonoverlapping(self.pointer.add(offset), into.as_mut_ptr(), into.len()) }
    }

    /// The place of a byte that is likely to be read soon; it need not lie inside.
    pub(crate) fn ahead(&self, offset: i64) -> Ahead {
        Ahead(self.pointer.wrapping_offset(offset as isize))
    }

    /// Copies bytes in; the range must lie inside a writable object.
    pub(crate) fn copy_in(&self, offset: usize, from: &[u8]) {
        self.copy_in_beside(offset, from, Ahead::NOTHING);
    }

    /// Copies bytes in. Where the copy goes past the caches, as many bytes from `ahead` are fetched beside it: the
    /// processor fetches nothing on its own while a block is written.
    pub(crate) fn copy_in_beside(&self, offset: usize, from: &[u8], ahead: Ahead) {
        assert!(
            self.writable && offset.checked_add(from.len()).is_some_and(|end| end <= self.len),
            "write outside its object"
        );
        // SAFETY: inside a writable object by the assertion.
        let to = unsafe { self.pointer.add(offset) };
        if self.streamed && from.len() >= STREAMED_RUN {
            // SAFETY: `from.len()` bytes from `to` lie inside the object; `from` is memory of this machine.
            return unsafe { stream(from, to, ahead) };
        }
        // SAFETY: as above; no object overlaps the machine's own memory.
        unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len()) }
    }

    /// Reads a plain value, 0 when out of range.
    #[inline(always)]
    pub(crate) fn load<T: bytemuck::Pod>(&self, offset: i64) -> T {
        if !self.holds(offset, size_of::<T>()) {
            return T::zeroed();
        }
        // SAFETY: in range by the test above; any bits are a value of a `Pod` type.
        unsafe { self.pointer.add(offset as usize).cast::<T>().read_unaligned() }
    }

    /// Writes a plain value; dropped when out of range or read-only.
    #[inline(always)]
    pub(crate) fn store<T: bytemuck::Pod>(&self, offset: i64, value: T) {
        if self.writable && self.holds(offset, size_of::<T>()) {
            // SAFETY: in range of a writable object by the test above.
            unsafe { self.pointer.add(offset as usize).cast::<T>().write_unaligned(value) }
        }
    }

    /// The aligned 32-bit word at `offset`, if writable, in range and aligned.
    pub(crate) fn atomic_u32(&self, offset: i64) -> Option<&'a AtomicU32> {
        if !self.writable || !self.holds(offset, 4) || !self.aligned(offset, 4) {
            return None;
        }
        // SAFETY: in range, writable and aligned by the tests above; the object outlives 'a.
        Some(unsafe { AtomicU32::from_ptr(self.pointer.add(offset as usize).cast()) })
    }

    /// The aligned 64-bit word at `offset`, if writable, in range and aligned.
    pub(crate) fn atomic_u64(&self, offset: i64) -> Option<&'a AtomicU64> {
        if !self.writable || !self.holds(offset, 8) || !self.aligned(offset, 8) {
            return None;
        }
        // SAFETY: in range, writable and aligned by the tests above; the object outlives 'a.
        Some(unsafe { AtomicU64::from_ptr(self.pointer.add(offset as usize).cast()) })
    }
}

/// What is likely to be read soon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead(*const u8);

impl Ahead {
    pub(crate) const NOTHING: Ahead = Ahead(std::ptr::null());

    /// The place `bytes` further.
    pub(crate) fn plus(self, bytes: usize) -> Ahead {
        if self.0.is_null() { self } else { Ahead(self.0.wrapping_add(bytes)) }
    }
}

/// Copies past the caches. [`finish_streams`] must run before another thread reads the result.
///
/// # Safety
/// `from.len()` bytes from `to` must be writable and not overlap `from`.
#[cfg(target_arch = "x86_64")]
unsafe fn stream(from: &[u8], to: *mut u8, ahead: Ahead) {
    use std::arch::x86_64::{_MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm_stream_si128};
    let head = to.align_offset(64).min(from.len());
    let (head, rest) = from.split_at(head);
    let lines = rest.chunks_exact(64);
    let tail = lines.remainder();
    // SAFETY: head, lines and tail together are `from`, and go to consecutive bytes from `to`, which the caller vouches
    // for; streaming stores need 16-byte alignment, which the head established. Fetching ahead never faults.
    unsafe {
        std::ptr::copy_nonoverlapping(head.as_ptr(), to, head.len());
        let mut at = to.add(head.len());
        for (i, line) in lines.enumerate() {
            if !ahead.0.is_null() {
                _mm_prefetch(ahead.0.wrapping_add(64 * i).cast(), _MM_HINT_T1);
            }
            for i in 0..4 {
                let part = _mm_loadu_si128(line.as_ptr().add(16 * i).cast());
                _mm_stream_si128(at.add(16 * i).cast(), part);
            }
            at = at.add(64);
        }
        std::ptr::copy_nonoverlapping(tail.as_ptr(), at, tail.len());
    }
}

/// Copies; other processors get no streaming.
///
/// # Safety
/// As [`std::ptr::copy_nonoverlapping`].
#[cfg(not(target_arch = "x86_64"))]
unsafe fn stream(from: &[u8], to: *mut u8, _: Ahead) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to, from.len()) }
}

/// Makes this worker's streamed writes visible to other threads.
pub(crate) fn finish_streams() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: SSE is part of every x86-64 CPU.
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}
