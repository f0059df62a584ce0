//! Random kernels with launch and buffers, the same for the same seed, for comparing engines bit for bit.
//!
//! What is generated verifies, ends, and has one right answer:
//! - Each thread writes only cells of its own, and shared counters by atomics that commute and whose result is unused.
//! - Threadgroup arrays are written at the own index and read elsewhere after a barrier; another barrier follows.
//! - A NaN's sign and payload are not part of the IR's meaning, so a value is freed of NaN before it is stored or its
//!   bits are looked at.
//! - A zero's sign is removed before operations that may combine lanes in another order.
//!
//! [`case`] keeps collective instructions in uniform control flow; [`divergent_case`] puts lane operations and returns
//! anywhere. The statements are made in [`flow`], expressions in [`expression`].

mod expression;
mod flow;

use super::Launch;
use emberforge_base::{SourceId, Span};
use emberforge_ir::{
    Array, Attribute, BinaryOp, Builder, Kernel, LabelId, Op, Scalar, Space, Type, ValueId, VarId,
};

/// Something to run.
pub struct Case {
    pub kernel: Kernel,
    pub launch: Launch,
    /// One for each parameter.
    pub buffers: Vec<Vec<u8>>,
}

/// The case of a seed, with collective instructions in uniform control flow only.
pub fn case(seed: u64) -> Case {
    make(seed, false)
}

/// The case of a seed, with lane operations and returns anywhere.
pub fn divergent_case(seed: u64) -> Case {
    make(seed, true)
}

/// Xorshift64*, seeded through one round of splitmix so that small seeds differ at once.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Random((z ^ (z >> 27)) | 1)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.bits() >> 32) % end as u64) as usize
    }

    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Memory of one element type, by its address.
#[derive(Clone, Copy)]
struct Memory {
    address: ValueId,
    element: Scalar,
    /// Elements for inputs; a power of two, and each thread's own number of them, for what threads write.
    cells: u32,
}

/// What a case is like.
#[derive(Clone, Copy)]
struct Style {
    /// Lane operations may stand anywhere.
    divergent_lanes: bool,
    /// Threads may return early (and threadgroup arrays are not used).
    returns: bool,
    /// Every simdgroup is complete.
    full_simdgroups: bool,
}

struct Maker {
    random: Random,
    builder: Builder,
    style: Style,
    /// Values in scope.
    values: Vec<(ValueId, Scalar)>,
    /// Variables in scope that may be set.
    vars: Vec<(VarId, Scalar)>,
    /// Blocks and loops around that any thread may leave alone.
    labels: Vec<LabelId>,
    inputs: Vec<Memory>,
    outputs: Vec<(Memory, ValueId)>,
    private: Vec<Memory>,
    counters: Vec<(BinaryOp, ValueId, Scalar)>,
    /// A threadgroup array with a cell for each thread, the thread's index and the number of threads.
    shared: Option<(Memory, ValueId, ValueId)>,
    /// All threads of the group are here.
    uniform: bool,
    /// Statements still to make.
    left: usize,
}

const SPAN: Span = Span::new(SourceId::new(0), 0, 0);

fn make(seed: u64, divergent: bool) -> Case {
    let mut random = Random::new(seed);
    let full_simdgroups = random.chance(25);
    let launch = launch(&mut random, full_simdgroups);
    let style =
        Style { divergent_lanes: divergent, returns: divergent && random.chance(50), full_simdgroups };
    let left = random.between(8, 60) as usize;
    let mut maker = Maker {
        random,
        builder: Builder::new(format!("random{seed}")),
        style,
        values: Vec::new(),
        vars: Vec::new(),
        labels: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        private: Vec::new(),
        counters: Vec::new(),
        shared: None,
        uniform: true,
        left,
    };
    let threads = launch.grid.iter().product();
    let own = maker.places();
    let mut buffers = Vec::new();
    maker.make_inputs(&mut buffers);
    maker.make_outputs(&mut buffers, threads, own);
    maker.make_counters(&mut buffers);
    maker.make_arrays();
    while maker.left > 0 {
        maker.statement(0);
    }
    maker.show_values();
    Case { kernel: maker.builder.finish(), launch, buffers }
}

fn launch(random: &mut Random, full_simdgroups: bool) -> Launch {
    let fuel = 100_000_000;
    if full_simdgroups {
        let threadgroup = random.pick(&[[32, 1, 1], [64, 1, 1], [16, 8, 1], [8, 4, 2]]);
        let grid = threadgroup.map(|t| if t > 1 { t * random.between(1, 3) } else { 1 });
        return Launch { grid, threadgroup, fuel };
    }
    let grid = match random.below(6) {
        0..3 => [random.between(1, 300), 1, 1],
        3 => [random.between(300, 2000), 1, 1],
        4 => [random.between(1, 40), random.between(1, 12), 1],
        _ => [random.between(1, 9), random.between(1, 7), random.between(1, 5)],
    };
    let sizes =
        [[1, 1, 1], [7, 1, 1], [32, 1, 1], [100, 1, 1], [256, 1, 1], [8, 4, 1], [16, 16, 1], [3, 5, 2]];
    let wish: [u32; 3] = random.pick(&sizes);
    Launch { grid, threadgroup: [0, 1, 2].map(|i| wish[i].min(grid[i])), fuel }
}

impl Maker {
    fn inst(&mut self, op: Op, ty: impl Into<Type>) -> ValueId {
        self.builder.inst(op, Some(ty.into()), SPAN)
    }

    fn effect(&mut self, op: Op) {
        self.builder.inst(op, None, SPAN);
    }

    /// An instruction whose value later ones may use.
    fn add(&mut self, op: Op, ty: Scalar) -> ValueId {
        let value = self.inst(op, ty);
        self.values.push((value, ty));
        value
    }

    fn binary(&mut self, op: BinaryOp, ty: Scalar, a: ValueId, b: ValueId) -> ValueId {
        self.add(Op::Binary(op, a, b), ty)
    }

    fn number(&mut self, ty: Scalar, bits: u64) -> ValueId {
        self.inst(Op::Const(bits), ty)
    }

    /// Computes the thread's place and the usual patterns of indices; yields its linear index.
    fn places(&mut self) -> ValueId {
        const U32: Scalar = Scalar::U32;
        let attribute = |m: &mut Maker, what, axis| m.add(Op::Attribute(what, axis), U32);
        let [x, y, z] = [0, 1, 2].map(|axis| attribute(self, Attribute::ThreadPositionInGrid, axis));
        let [width, height] = [0, 1].map(|axis| attribute(self, Attribute::ThreadsPerGrid, axis));
        let plane = self.binary(BinaryOp::Mul, U32, z, height);
        let row = self.binary(BinaryOp::Add, U32, plane, y);
        let start = self.binary(BinaryOp::Mul, U32, row, width);
        let own = self.binary(BinaryOp::Add, U32, start, x);
        for _ in 0..3 {
            let what = self.random.pick(&Attribute::ALL);
            attribute(self, what, 0);
        }
        let patterns = [
            (BinaryOp::Div, 7),
            (BinaryOp::Rem, 5),
            (BinaryOp::Shr, 3),
            (BinaryOp::Mul, 3),
            (BinaryOp::And, 31),
            (BinaryOp::Div, 32),
            (BinaryOp::Rem, 64),
            (BinaryOp::Sub, 2),
        ];
        for _ in 0..3 {
            let (op, by) = self.random.pick(&patterns);
            let from = self.random.pick(&[own, x, own]);
            let by = self.number(U32, by);
            let part = self.binary(op, U32, from, by);
            if self.random.chance(50) {
                let step = self.random.between(1, 9).into();
                let step = self.number(U32, step);
                let scaled = self.binary(BinaryOp::Mul, U32, part, step);
                self.binary(BinaryOp::Add, U32, scaled, x);
            }
        }
        own
    }

    fn buffer(&mut self, space: Space, writable: bool) -> ValueId {
        let name = format!("{}{}", if writable { "out" } else { "in" }, self.builder.kernel().buffers.len());
        let id = self.builder.buffer(name, space, writable);
        self.inst(Op::Buffer(id), Type::Pointer(space))
    }

    fn make_inputs(&mut self, buffers: &mut Vec<Vec<u8>>) {
        for _ in 0..self.random.between(1, 4) {
            let space = self.random.pick(&[Space::Device, Space::Device, Space::Constant]);
            let address = self.buffer(space, false);
            let element = self.random.pick(&Scalar::ALL);
            let cells = self.random.pick(&[16, 64, 256, 1024]);
            buffers.push(self.data(element, cells));
            self.inputs.push(Memory { address, element, cells });
        }
        if self.random.chance(30) {
            let element = self.random.pick(&Scalar::ALL);
            let data = self.data(element, 32);
            let table = self.builder.table("table", data);
            let address = self.inst(Op::Table(table), Type::Pointer(Space::Constant));
            self.inputs.push(Memory { address, element, cells: 32 });
        }
    }

    /// Some less than a whole number of elements, so that the end is tried too.
    fn data(&mut self, element: Scalar, cells: u32) -> Vec<u8> {
        let mut data = Vec::new();
        for _ in 0..cells {
            let bits = self.literal(element);
            data.extend(&bits.to_le_bytes()[..element.size()]);
        }
        if self.random.chance(25) {
            data.truncate(data.len() - 1 - self.random.below(9));
        }
        data
    }

    fn make_outputs(&mut self, buffers: &mut Vec<Vec<u8>>, threads: u32, own: ValueId) {
        for _ in 0..self.random.between(2, 4) {
            let address = self.buffer(Space::Device, true);
            let usual = [Scalar::U32, Scalar::F32, Scalar::I32, Scalar::F32];
            let element = if self.random.chance(50) {
                self.random.pick(&usual)
            } else {
                self.random.pick(&Scalar::ALL)
            };
            let cells = self.random.pick(&[1, 2, 4, 8]);
            // Any map that keeps threads apart.
            let (op, by, reach) = match self.random.below(4) {
                0 => (BinaryOp::Xor, self.random.between(1, 15), threads.next_power_of_two().max(16)),
                1 => (BinaryOp::Mul, 2, 2 * threads),
                _ => (BinaryOp::Add, 0, threads),
            };
            let by = self.number(Scalar::U32, by.into());
            let place = self.inst(Op::Binary(op, own, by), Scalar::U32);
            let mut len = (reach * cells) as usize * element.size();
            if self.random.chance(20) {
                len = len * 3 / 4;
            }
            buffers.push((0..len).map(|i| i as u8 & 1).collect());
            self.outputs.push((Memory { address, element, cells }, place));
        }
    }

    fn make_counters(&mut self, buffers: &mut Vec<Vec<u8>>) {
        if !self.random.chance(40) {
            return;
        }
        let ops = [BinaryOp::Add, BinaryOp::Min, BinaryOp::Max, BinaryOp::And, BinaryOp::Or, BinaryOp::Xor];
        let op = self.random.pick(&ops);
        let element = self.random.pick(&[Scalar::I32, Scalar::U32, Scalar::U64]);
        let address = self.buffer(Space::Device, true);
        buffers.push((0..8 * element.size()).map(|i| (i * 37) as u8).collect());
        self.counters.push((op, address, element));
    }

    fn make_arrays(&mut self) {
        for _ in 0..self.random.below(3) {
            let element = self.random.pick(&Scalar::ALL);
            let cells = self.random.pick(&[1, 4, 16]);
            let array = Array {
                name: "own".into(),
                bytes: cells * element.size() as u32,
                cell: element.size() as u8,
                span: SPAN,
            };
            let array = self.builder.private_array(array);
            let address = self.inst(Op::PrivateArray(array), Type::Pointer(Space::Thread));
            let memory = Memory { address, element, cells };
            for cell in 0..cells {
                let index = self.number(Scalar::U32, cell.into());
                self.store(memory, index);
            }
            self.private.push(memory);
        }
        if !self.style.returns && self.random.chance(60) {
            let element = self.random.pick(&Scalar::ALL);
            let bytes = 1024 * element.size() as u32;
            let array = Array { name: "tile".into(), bytes, cell: element.size() as u8, span: SPAN };
            let array = self.builder.threadgroup_array(array);
            let address = self.inst(Op::ThreadgroupArray(array), Type::Pointer(Space::Threadgroup));
            let index = self.add(Op::Attribute(Attribute::ThreadIndexInThreadgroup, 0), Scalar::U32);
            let [x, y, z] = [0, 1, 2]
                .map(|axis| self.inst(Op::Attribute(Attribute::ThreadsPerThreadgroup, axis), Scalar::U32));
            let row = self.inst(Op::Binary(BinaryOp::Mul, x, y), Scalar::U32);
            let count = self.inst(Op::Binary(BinaryOp::Mul, row, z), Scalar::U32);
            self.shared = Some((Memory { address, element, cells: 1024 }, index, count));
        }
    }

    /// Stores late values and all variables, so that little of the kernel goes unseen.
    fn show_values(&mut self) {
        for i in 0..self.vars.len() {
            let (var, ty) = self.vars[i];
            self.add(Op::Get(var), ty);
        }
        for i in 0..self.outputs.len() {
            let (memory, place) = self.outputs[i];
            for cell in 0..memory.cells {
                let index = self.own_cell(memory, place, Some(cell));
                self.store(memory, index);
            }
        }
    }
}
