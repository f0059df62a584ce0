//! Properties that hold for every input, on random ones: fusing, views, permutations, joins.

use emberforge_array::{
    self as mx, Array, DType, Index, NewAxis, PadMode, Padding, Profile, Result, Sections, Tolerance, eval,
};

/// A small generator (xorshift), the same numbers in every run; a case's number is its seed, so that a failure can be run
/// again alone.
struct Random(u64);

impl Random {
    fn new(case: u64) -> Random {
        let mut random = Random(case.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // Seeds that differ in few bits have first numbers that do.
        (0..4).for_each(|_| {
            random.below(2);
        });
        random
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % n
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as usize) as i64
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn chance(&mut self) -> bool {
        self.below(2) == 0
    }

    /// Sizes 0 (rarely) to 5.
    fn shape(&mut self, most: usize) -> Vec<usize> {
        (0..self.below(most + 1)).map(|_| if self.below(12) == 0 { 0 } else { 1 + self.below(5) }).collect()
    }

    fn shuffled(&mut self, n: usize) -> Vec<i32> {
        let mut order: Vec<i32> = (0..n as i32).collect();
        (1..n).for_each(|i| order.swap(i, self.below(i + 1)));
        order
    }
}

/// The bits of an array's elements: equal NaNs are equal, zeros of different sign are not.
fn bits(x: &Array) -> Result<Vec<u64>> {
    Ok(match x.dtype().size() {
        _ if x.dtype() == DType::Bool => x.to_vec::<bool>()?.into_iter().map(u64::from).collect(),
        2 => mx::view(x, DType::U16)?.to_vec::<u16>()?.into_iter().map(u64::from).collect(),
        4 => mx::view(x, DType::U32)?.to_vec::<u32>()?.into_iter().map(u64::from).collect(),
        8 => mx::view(x, DType::U64)?.to_vec::<u64>()?,
        size => unreachable!("no dtype of {size} bytes is drawn here"),
    })
}

/// One step of a random program: what is done to which earlier results.
fn step(random: &mut Random, known: &[Array]) -> Result<Array> {
    let x = &known[random.below(known.len())];
    let y = &known[random.below(known.len())];
    let axis = random.below(x.ndim().max(1)) as i32;
    match random.below(16) {
        0 => mx::add(x, y),
        1 => mx::multiply(x, y),
        2 => mx::subtract(x, y),
        3 => mx::maximum(x, y),
        4 => mx::where_(&mx::less(x, y)?, x, y),
        5 => mx::tanh(x),
        6 => mx::exp(&mx::minimum(x, 2.0)?),
        7 => mx::abs(x),
        8 => x.astype(random.pick(&[DType::F16, DType::F32, DType::BF16, DType::F32])),
        9 => mx::sqrt(&mx::abs(x)?),
        10 => mx::add(x, random.pick(&[1.0, -0.5, 1e-3])),
        11 => mx::divide(x, y),
        12 => mx::transpose_all(x),
        13 if x.ndim() > 0 => mx::sum(x, axis, true),
        14 if x.ndim() > 0 => mx::max(x, axis, true),
        15 => mx::sum(x, (), false),
        _ => mx::negative(x),
    }
}

#[test]
fn fused_graphs_equal_unfused_ones_bit_for_bit() -> Result<()> {
    Profile::Deterministic.within(|| {
        for case in 0..400 {
            // The small graphs meet every rule of fusion, the large ones the pieces and donation.
            let side = if case % 8 == 0 { 190 } else { 1 + case as usize % 7 };
            let program = |each: bool| -> Result<Vec<Vec<u64>>> {
                let mut random = Random::new(case);
                let count = side * side;
                let data: Vec<f32> =
                    (0..count).map(|_| random.between(-3000, 3000) as f32 / 1000.0).collect();
                let row: Vec<f32> = (0..side).map(|_| random.between(-9, 9) as f32 / 4.0).collect();
                let mut known =
                    vec![Array::from_slice(&data, &[side, side])?, Array::from_slice(&row, &[side])?];
                for _ in 0..2 + random.below(14) {
                    let next = step(&mut random, &known)?;
                    if each {
                        eval([&next])?;
                    }
                    known.push(next);
                }
                let keep = random.below(3);
                let results: Vec<Array> = known.iter().rev().take(1 + keep).cloned().collect();
                drop(known);
                eval(&results)?;
                results.iter().map(bits).collect()
            };
            assert_eq!(program(false)?, program(true)?, "case {case}");
        }
        Ok(())
    })
}

/// A view as a list: the definition of what indexing means.
#[derive(Clone)]
struct Model {
    shape: Vec<usize>,
    data: Vec<i32>,
}

impl Model {
    /// The elements that `from` names for every place of `shape`.
    fn gather(&self, shape: Vec<usize>, from: impl Fn(&[usize]) -> Vec<usize>) -> Model {
        let mut data = Vec::new();
        for flat in 0..shape.iter().product() {
            let mut rest: usize = flat;
            let mut place = vec![0; shape.len()];
            for axis in (0..shape.len()).rev() {
                place[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            let source = from(&place);
            let at = source.iter().zip(&self.shape).fold(0, |at, (i, n)| at * n + i);
            data.push(self.data[at]);
        }
        Model { shape, data }
    }
}

/// The positions of Python's `start:stop:step` on an axis of `n`, by its rule.
fn positions(n: usize, start: Option<i64>, stop: Option<i64>, step: i64) -> Vec<usize> {
    let n = n as i64;
    let bound = |b: Option<i64>, absent: i64| match b {
        None => absent,
        Some(b) => {
            let b = if b < 0 { b + n } else { b };
            if step > 0 { b.clamp(0, n) } else { b.clamp(-1, n - 1) }
        }
    };
    let (start, stop) =
        if step > 0 { (bound(start, 0), bound(stop, n)) } else { (bound(start, n - 1), bound(stop, -1)) };
    let mut at = start;
    let mut list = Vec::new();
    while if step > 0 { at < stop } else { at > stop } {
        list.push(at as usize);
        at += step;
    }
    list
}

/// A random view of `x`, and of its model.
fn look(random: &mut Random, x: &Array, model: &Model) -> Result<(Array, Model)> {
    let ndim = x.ndim();
    match random.below(6) {
        // A slice of every axis.
        0 | 1 => {
            let mut indices = Vec::new();
            let mut chosen: Vec<Vec<usize>> = Vec::new();
            let mut dropped = Vec::new();
            for &n in &model.shape {
                if n > 0 && random.below(5) == 0 {
                    let at = random.between(-(n as i64), n as i64 - 1);
                    indices.push(Index::At(at));
                    chosen.push(vec![at.rem_euclid(n as i64) as usize]);
                    dropped.push(true);
                } else {
                    let mut bound = || if random.chance() { Some(random.between(-7, 7)) } else { None };
                    let (start, stop) = (bound(), bound());
                    let step = random.pick(&[1, 1, 2, -1, -2, 3]);
                    indices.push(Index::Range { start, stop, step });
                    chosen.push(positions(n, start, stop, step));
                    dropped.push(false);
                }
            }
            let shape: Vec<usize> = chosen.iter().map(Vec::len).collect();
            let mut part = model.gather(shape, |p| p.iter().zip(&chosen).map(|(i, c)| c[*i]).collect());
            part.shape = part.shape.iter().zip(&dropped).filter(|(_, d)| !**d).map(|(n, _)| *n).collect();
            if random.below(4) == 0 {
                indices.insert(0, NewAxis.into());
                part.shape.insert(0, 1);
            }
            Ok((x.slice(&indices)?, part))
        }
        2 => {
            let order = random.shuffled(ndim);
            let shape = order.iter().map(|a| model.shape[*a as usize]).collect();
            let turned = model.gather(shape, |p| {
                let mut source = vec![0; p.len()];
                order.iter().zip(p).for_each(|(a, i)| source[*a as usize] = *i);
                source
            });
            Ok((mx::transpose(x, &order)?, turned))
        }
        3 => {
            let mut shape = model.shape.clone();
            shape.insert(0, 1 + random.below(3));
            let wide = model.gather(shape.clone(), |p| p[1..].to_vec());
            Ok((mx::broadcast_to(x, &shape)?, wide))
        }
        4 => Ok((
            mx::reshape(x, &[model.data.len() as i64])?,
            Model { shape: vec![model.data.len()], ..model.clone() },
        )),
        _ => {
            let axes: Vec<i32> = (0..ndim as i32).filter(|_| random.chance()).collect();
            let flipped = model.gather(model.shape.clone(), |p| {
                let turn = |(a, i): (usize, &usize)| {
                    if axes.contains(&(a as i32)) { model.shape[a] - 1 - i } else { *i }
                };
                p.iter().enumerate().map(turn).collect()
            });
            Ok((mx::flip(x, axes)?, flipped))
        }
    }
}

#[test]
fn views_of_views_are_the_elements_that_indexing_names() -> Result<()> {
    for case in 0..1500 {
        let mut random = Random::new(case);
        let shape = random.shape(4);
        let data: Vec<i32> = (0..shape.iter().product::<usize>() as i32).collect();
        let mut x = Array::from_slice(&data, &shape)?;
        let mut model = Model { shape, data };
        for _ in 0..1 + random.below(4) {
            (x, model) = look(&mut random, &x, &model)?;
            if model.data.len() > 2000 {
                break;
            }
        }
        assert_eq!(x.shape(), model.shape, "case {case}");
        // Read as it lies, through a kernel, and by a reduction.
        assert_eq!(x.to_vec::<i32>()?, model.data, "case {case}");
        let moved: Vec<i32> = model.data.iter().map(|v| v + 1).collect();
        assert_eq!((&x + 1).to_vec::<i32>()?, moved, "case {case}");
        assert_eq!(mx::sum(&x, (), false)?.item::<i32>()?, model.data.iter().sum::<i32>(), "case {case}");
    }
    Ok(())
}

fn same(a: &Array, b: &Array) -> Result<bool> {
    mx::array_equal(a, b, true)?.item::<bool>()
}

#[test]
fn sorting_permuting_splitting_and_padding_undo_themselves() -> Result<()> {
    for case in 0..400 {
        let mut random = Random::new(case);
        let mut shape = random.shape(3);
        shape.push(1 + random.below(6));
        let count: usize = shape.iter().product();
        // Few values, so that there are ties.
        let data: Vec<f32> = (0..count).map(|_| random.between(-4, 4) as f32).collect();
        let x = Array::from_slice(&data, &shape)?;
        let axis = random.below(shape.len()) as i32;
        let n = shape[axis as usize];

        // What argsort names is what sort gives, and sorting the places of a permutation inverts it.
        let places = mx::argsort(&x, axis)?;
        let sorted = mx::sort(&x, axis)?;
        assert!(same(&mx::take_along_axis(&x, &places, axis)?, &sorted)?, "argsort, case {case}");
        assert!(same(&mx::sort(&sorted, axis)?, &sorted)?, "sort twice, case {case}");
        let back = mx::argsort(&places, axis)?;
        assert!(same(&mx::take_along_axis(&sorted, &back, axis)?, &x)?, "unsort, case {case}");
        let order = mx::random::permutation(n, Some(&mx::random::key(case)))?;
        let moved = mx::take(&x, &order, axis)?;
        assert!(same(&mx::take(&moved, &mx::argsort(&order, 0)?, axis)?, &x)?, "permutation, case {case}");
        let turn = random.shuffled(shape.len());
        let mut undo = vec![0; turn.len()];
        turn.iter().enumerate().for_each(|(i, a)| undo[*a as usize] = i as i32);
        assert!(same(&mx::transpose(&mx::transpose(&x, &turn)?, &undo)?, &x)?, "transpose, case {case}");

        // Parts put together again.
        let mut cuts: Vec<i64> = (0..random.below(4)).map(|_| random.between(0, n as i64)).collect();
        cuts.sort_unstable();
        let parts = mx::split(&x, Sections::At(cuts), axis)?;
        assert!(same(&mx::concatenate(&parts.iter().collect::<Vec<_>>(), axis)?, &x)?, "split, case {case}");
        if n > 0 {
            let rows = mx::unstack(&x, axis)?;
            assert!(same(&mx::stack(&rows.iter().collect::<Vec<_>>(), axis)?, &x)?, "unstack, case {case}");
        }
        let by = random.between(-9, 9);
        assert!(same(&mx::roll(&mx::roll(&x, &[by], axis)?, &[-by], axis)?, &x)?, "roll, case {case}");

        // The middle of a padded array.
        let margins: Vec<(usize, usize)> = shape.iter().map(|_| (random.below(3), random.below(3))).collect();
        let padded = mx::pad(&x, Padding::Each(margins.clone()), PadMode::Constant(7.into()))?;
        let middle: Vec<Index> =
            margins.iter().zip(&shape).map(|((before, _), n)| Index::from(*before..before + n)).collect();
        assert!(same(&padded.slice(&middle)?, &x)?, "pad, case {case}");
        let outside = mx::sum(&padded, (), false)? - mx::sum(&x, (), false)?;
        let margin = 7.0 * (padded.size() - x.size()) as f32;
        assert!(mx::isclose(&outside, margin, Tolerance::default())?.item::<bool>()?, "margins, case {case}");

        // A scatter of what was gathered.
        let put = mx::put_along_axis(&mx::zeros_like(&x)?, &places, &sorted, axis)?;
        assert!(same(&put, &x)?, "put, case {case}");
    }
    Ok(())
}

#[test]
fn threads_that_share_evaluate_and_drop_arrays_agree() -> Result<()> {
    use std::sync::Mutex;
    // A pool of arrays that every thread takes from, adds to and drops from; element i of an array is its constant + i.
    let first = mx::arange(20_000.0, DType::F32)?;
    let pool = Mutex::new(vec![(0.0f64, first)]);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let pool = &pool;
            scope.spawn(move || {
                let mut random = Random::new(1000 + thread);
                for _ in 0..300 {
                    let (constant, x) = {
                        let mut pool = pool.lock().expect("no thread panics");
                        let at = random.below(pool.len());
                        if pool.len() > 24 { pool.swap_remove(at) } else { pool[at].clone() }
                    };
                    match random.below(4) {
                        0 => {
                            let place = random.below(20_000);
                            let got = x.slice(&[Index::from(place)]).and_then(|y| y.item::<f32>());
                            assert_eq!(got.expect("it has data"), (constant + place as f64) as f32);
                        }
                        1 => eval([&x]).expect("it has data"),
                        2 => mx::async_eval([&x]).expect("it has data"),
                        _ => drop(x.clone()),
                    }
                    // Halves and doubles are exact, and constants stay small.
                    let next = if constant.abs() > 50.0 {
                        ((x - constant), 0.0)
                    } else {
                        let by = random.between(-9, 9) as f64;
                        ((x * 2.0 + 2.0 * by) * 0.5, constant + by)
                    };
                    pool.lock().expect("no thread panics").push((next.1, next.0));
                }
            });
        }
    });
    for (constant, x) in pool.into_inner().expect("no thread panicked") {
        let data = x.to_vec::<f32>()?;
        assert!(data.iter().enumerate().all(|(i, v)| f64::from(*v) == constant + i as f64));
    }
    Ok(())
}
