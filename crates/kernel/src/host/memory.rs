//! Zeroed bytes on a cache-line boundary, refused politely when the machine has no room for them.

/// Alignment of array data: a cache line, and the widest vector register.
const ALIGN: usize = 64;

/// Sizes below this are allocated without asking how much memory is left.
const ASK_FROM: usize = 256 << 20;

/// A byte buffer whose content starts on a cache line.
pub(crate) struct Bytes {
    /// Room for the content and for moving its start to the boundary.
    cells: Vec<u128>,
    /// Where the content starts, in bytes.
    start: usize,
    /// Its length.
    len: usize,
}

impl Bytes {
    /// `len` zero bytes; the error completes a sentence that begins with the array.
    ///
    /// Large buffers come zeroed from the system and are touched only when used.
    pub(crate) fn zeroed(len: usize) -> Result<Bytes, String> {
        let cells = len / size_of::<u128>() + ALIGN / size_of::<u128>() + 1;
        if len >= ASK_FROM {
            let room = available();
            // Asking first turns the allocator's abort into an error; the reservation itself is dropped.
            let refused = Vec::<u128>::new().try_reserve_exact(cells).is_err();
            if refused || room.is_some_and(|room| len as u64 > room) {
                let room = room.map_or(String::new(), |r| format!(" ({} are free)", human_bytes(r)));
                return Err(format!(
                    "needs {}, more than this machine can give{room}; use a smaller shape or a narrower dtype",
                    human_bytes(len as u64)
                ));
            }
        }
        let cells = vec![0u128; cells];
        let start = bytemuck::cast_slice::<u128, u8>(&cells).as_ptr().align_offset(ALIGN);
        Ok(Bytes { cells, start, len })
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.cells)[self.start..self.start + self.len]
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.cells)[self.start..self.start + self.len]
    }
}

impl Clone for Bytes {
    fn clone(&self) -> Self {
        // An equal buffer was granted before; the new one finds its own boundary.
        let mut cells = vec![0u128; self.cells.len()];
        let start = bytemuck::cast_slice::<u128, u8>(&cells).as_ptr().align_offset(ALIGN);
        bytemuck::cast_slice_mut::<u128, u8>(&mut cells)[start..start + self.len]
            .copy_from_slice(self.as_slice());
        Bytes { cells, start, len: self.len }
    }
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len)
    }
}

/// Memory that can still be used without swapping, where the system tells (Linux; the control group's limit counts).
fn available() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo.lines().find(|l| l.starts_with("MemAvailable:"))?;
    let system = line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024;
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max")
        .zip(number("/sys/fs/cgroup/memory.current"))
        .map(|(max, current)| max.saturating_sub(current));
    Some(group.map_or(system, |g| g.min(system)))
}

/// `64.0 TiB`, `1.5 MiB`, `12 B`.
pub(crate) fn human_bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", units[unit]) }
}
