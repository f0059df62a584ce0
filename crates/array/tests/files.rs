//! Files: what others wrote, what is written reads back, and damaged files, which are errors and never wrong arrays.

use emberforge_array::{
    Array, DType, HostSync, Result, eval, full, host_sync_guard, load, memory_stats, save, save_safetensors,
    savez, savez_compressed, transpose_all, zeros,
};
use std::path::{Path, PathBuf};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("emberforge-files-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Folder(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file of these bytes.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a temporary file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/files").join(name)
}

/// Small numbers of a dtype.
fn numbers(dtype: DType, shape: &[usize]) -> Array {
    let count = shape.iter().product::<usize>() as u8;
    let list: Vec<u8> = (0..count).map(|i| i % 5).collect();
    Array::from_slice(&list, shape).and_then(|x| x.astype(dtype)).expect("small numbers")
}

fn same(a: &Array, b: &Array) {
    assert_eq!((a.dtype(), a.shape()), (b.dtype(), b.shape()));
    assert_eq!(a.to_f64_vec().expect("data"), b.to_f64_vec().expect("data"), "{}", a.dtype());
}

fn complaint(path: &Path) -> String {
    let error = load(path).expect_err("the file is damaged").to_string();
    assert!(error.contains(&path.display().to_string()), "{error}");
    error
}

const SIX: [f64; 6] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];

#[test]
fn files_of_numpy_and_mlx_are_read() -> Result<()> {
    for (name, dtype) in [
        ("fortran.npy", DType::F32),
        ("big.npy", DType::F32),
        ("big_complex.npy", DType::Complex64),
        ("big_fortran.npy", DType::I16),
        ("half.npy", DType::F16),
        ("bf16.npy", DType::BF16),
    ] {
        let x = load(recorded(name))?.single()?.clone();
        assert_eq!((x.dtype(), x.shape()), (dtype, &[2, 3][..]), "{name}");
        assert_eq!(x.to_f64_vec()?, SIX, "{name}");
        assert_eq!(transpose_all(&x)?.to_f64_vec()?, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0], "{name}");
    }
    assert_eq!(load(recorded("big_complex.npy"))?.single()?.to_vec::<[f32; 2]>()?[5], [5.0, 1.0]);
    assert_eq!(load(recorded("double.npy"))?.single()?.item::<f64>()?, 0.1);
    let stored = load(recorded("stored.npz"))?;
    assert_eq!(stored.names().collect::<Vec<_>>(), ["z", "a", "m"]);
    assert_eq!((stored.get("a")?.shape(), stored.get("a")?.dtype()), (&[0, 4][..], DType::U8));
    assert_eq!(stored.get("m")?.to_vec::<i64>()?, [0, 1, 2, 3, 4, 5]);
    let deflated = load(recorded("deflated.npz"))?;
    assert_eq!(deflated.get("z")?.to_f64_vec()?, SIX);
    assert_eq!(deflated.get("a")?.to_vec::<bool>()?, [true, false]);
    let mlx = load(recorded("mlx.safetensors"))?;
    assert_eq!((mlx.get("w")?.dtype(), mlx.get("w")?.to_f64_vec()?), (DType::BF16, SIX.to_vec()));
    assert_eq!(mlx.get("b")?.to_vec::<bool>()?, [true, false, true]);
    assert_eq!((mlx.get("n")?.item::<i32>()?, &*mlx.metadata()["k"]), (7, "v"));
    assert!(mlx.get("x").expect_err("not there").to_string().contains("the file holds"));
    Ok(())
}

#[test]
fn every_dtype_and_rank_reads_back_from_every_format() -> Result<()> {
    let folder = Folder::new("formats");
    let mut arrays = Vec::new();
    for dtype in DType::ALL {
        for shape in [&[][..], &[3], &[2, 3], &[0, 4], &[1, 2, 1, 2]] {
            arrays.push((format!("{dtype}{shape:?} \"ü\\"), numbers(dtype, shape)));
        }
        arrays.push((format!("{dtype} turned"), transpose_all(&numbers(dtype, &[3, 4]))?));
    }
    let named = || arrays.iter().map(|(n, x)| (&**n, x));
    for (_, x) in named() {
        save(folder.path("x.npy"), x)?;
        same(load(folder.path("x.npy"))?.single()?, x);
    }
    savez(folder.path("x.npz"), named())?;
    savez_compressed(folder.path("c.npz"), named())?;
    save_safetensors(folder.path("x.safetensors"), named(), &[("b", "2"), ("a", "1")])?;
    for file in ["x.npz", "c.npz", "x.safetensors"] {
        let read = load(folder.path(file))?;
        assert_eq!(read.names().count(), arrays.len());
        for (name, x) in named() {
            same(read.get(name)?, x);
        }
        if file.ends_with("npz") {
            assert!(read.names().eq(named().map(|(n, _)| n)), "order of {file}");
        }
    }
    assert_eq!(load(folder.path("x.safetensors"))?.metadata().len(), 2);
    Ok(())
}

#[test]
fn aligned_tensors_are_used_in_place_and_others_copied_when_needed() -> Result<()> {
    let folder = Folder::new("map");
    let x = full(&[1 << 20], 3.0, DType::F32)? + 0.0;
    save_safetensors(folder.path("x.safetensors"), [("b", &full(&[3], true, DType::Bool)?), ("x", &x)], &[])?;
    drop(x);
    let before = memory_stats().active;
    let file = load(folder.path("x.safetensors"))?;
    eval(file.iter().map(|(_, x)| x))?;
    assert!(memory_stats().active < before + (1 << 16), "4 MB were not copied");
    assert_eq!(file.get("x")?.to_vec::<f32>()?[1 << 19], 3.0);
    // One byte in front of the data: everything wider is misaligned.
    let header = br#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}"#;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header);
    bytes.push(9);
    bytes.extend_from_slice(bytemuck_bytes(&[1.5, -2.0]).as_slice());
    let file = load(folder.file("odd.safetensors", &bytes))?;
    assert_eq!(file.get("f")?.to_vec::<f32>()?, [1.5, -2.0]);
    assert_eq!((file.get("f")? * 2.0).to_vec::<f32>()?, [3.0, -4.0]);
    Ok(())
}

/// Each has a map of its own, so that letting go of one gives its memory back.
#[test]
fn large_tensors_read_back_from_wherever_they_lie_in_the_file() -> Result<()> {
    let folder = Folder::new("large");
    let path = folder.path("large.safetensors");
    let ramp = |n: usize, first: usize| {
        let list: Vec<f32> = (0..n).map(|i| (first + i) as f32).collect();
        Array::from_slice(&list, &[n])
    };
    let arrays = [("a", ramp(300_001, 0)?), ("small", ramp(3, 5)?), ("b", ramp(400_000, 9)?)];
    let half = arrays[2].1.astype(DType::BF16)?;
    let named = arrays.iter().map(|(name, x)| (*name, x)).chain([("half", &half)]);
    save_safetensors(&path, named, &[])?;
    let file = load(&path)?;
    for (name, x) in arrays.iter().map(|(name, x)| (*name, x)).chain([("half", &half)]) {
        same(file.get(name).expect("it is there"), x);
    }
    let kept = file.get("b").expect("it is there").clone();
    std::mem::drop(file);
    same(&kept, &arrays[2].1);
    Ok(())
}

fn bytemuck_bytes(list: &[f32]) -> Vec<u8> {
    list.iter().flat_map(|v| v.to_le_bytes()).collect()
}

#[test]
fn an_array_can_be_saved_over_the_file_it_came_from() -> Result<()> {
    let folder = Folder::new("over");
    let path = folder.path("x.npy");
    save(&path, &numbers(DType::F32, &[4]))?;
    let x = load(&path)?.single()?.clone();
    save(&path, &(&x + 1.0))?;
    assert_eq!(x.to_vec::<f32>()?, [0.0, 1.0, 2.0, 3.0], "the old file stays for those who mapped it");
    assert_eq!(load(&path)?.single()?.to_vec::<f32>()?, [1.0, 2.0, 3.0, 4.0]);
    let left: Vec<_> =
        std::fs::read_dir(&folder.0).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left, ["x.npy"], "no temporary file is left");
    Ok(())
}

#[test]
fn what_cannot_be_written_is_an_error_and_changes_nothing() -> Result<()> {
    let folder = Folder::new("refused");
    let x = numbers(DType::F32, &[4]);
    let path = folder.path("x.npy");
    save(&path, &x)?;
    let failed = &x + &numbers(DType::F32, &[3]);
    assert!(save(&path, &failed).is_err());
    same(load(&path)?.single()?, &x);
    assert!(
        save(folder.path("no/such/x.npy"), &x)
            .expect_err("no folder")
            .to_string()
            .contains("cannot be written")
    );
    assert!(save(&folder.0, &x).expect_err("a folder").to_string().contains("is a folder"));
    let twice = savez(folder.path("x.npz"), [("a", &x), ("a", &x)]).expect_err("twice").to_string();
    assert!(twice.contains("`a` is there twice"), "{twice}");
    assert!(save_safetensors(folder.path("y.safetensors"), [("__metadata__", &x)], &[]).is_err());
    let guard = host_sync_guard(HostSync::Deny);
    assert!(save(&path, &x).expect_err("denied").to_string().contains("`save`"));
    drop(guard);
    assert_eq!(std::fs::read_dir(&folder.0).expect("a folder").count(), 1);
    Ok(())
}

#[test]
fn a_checkpoint_in_several_files_loads_by_its_index() -> Result<()> {
    let folder = Folder::new("index");
    let (a, b) = (numbers(DType::F32, &[2, 2]), numbers(DType::I8, &[3]));
    save_safetensors(folder.path("m-1.safetensors"), [("a", &a)], &[])?;
    save_safetensors(folder.path("m-2.safetensors"), [("b", &b), ("c", &a)], &[])?;
    let index = |map: &str| {
        let text = format!(r#"{{"metadata":{{"total_size":35}},"weight_map":{{{map}}}}}"#);
        folder.file("m.safetensors.index.json", text.as_bytes())
    };
    let all = r#""b":"m-2.safetensors","a":"m-1.safetensors","c":"m-2.safetensors""#;
    let file = load(index(all))?;
    assert_eq!(file.names().collect::<Vec<_>>(), ["b", "a", "c"]);
    assert_eq!(&*file.metadata()["total_size"], "35");
    same(file.get("b")?, &b);
    same(file.get("c")?, &a);
    assert!(complaint(&index(r#""x":"m-1.safetensors""#)).contains("`x` stands in `m-1.safetensors`"));
    assert!(
        complaint(&index(r#""a":"../m-1.safetensors""#)).contains("must be a name in the index's folder")
    );
    assert!(complaint(&index(r#""a":3"#)).contains("no text"));
    assert!(
        load(index(r#""a":"m-3.safetensors""#)).expect_err("missing").to_string().contains("m-3.safetensors")
    );
    assert!(complaint(&folder.file("n.safetensors.index.json", b"{}")).contains("weight_map"));
    Ok(())
}

/// A safetensors file from a header and data.
fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

#[test]
fn lying_headers_are_named() -> Result<()> {
    let folder = Folder::new("lies");
    let entry = |dtype: &str, shape: &str, offsets: &str| {
        format!(r#"{{"w":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}}}"#)
    };
    for (header, data) in [
        (entry("F32", "[2]", "[0,8]"), 7),
        (entry("F32", "[2]", "[0,8]"), 9),
        (entry("F32", "[3]", "[0,8]"), 8),
        (entry("F32", "[2]", "[8,0]"), 8),
        (entry("F32", "[2]", "[4,12]"), 12),
        (entry("F32", "[-2]", "[0,8]"), 8),
        (entry("F99", "[2]", "[0,8]"), 8),
        (entry("F32", "[4611686018427387904,4]", "[0,8]"), 8),
        (entry("F32", "[18446744073709551616]", "[0,8]"), 8),
        (entry("F32", "[1099511627776,1099511627776,0]", "[0,0]"), 0),
        (r#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#.into(), 6),
        ("[]".into(), 0),
        ("".into(), 0),
        (r#"{"__metadata__":{"a":1}}"#.into(), 0),
    ] {
        let message = complaint(&folder.file("x.safetensors", &safetensors(&header, &vec![0; data])));
        assert!(message.len() > 40, "{header}: {message}");
    }
    assert!(complaint(&folder.file("x.safetensors", &[255; 20])).contains("not a valid .safetensors file"));
    assert!(complaint(&folder.file("x.safetensors", &[])).contains("not a valid .safetensors file"));
    let narrow = load(folder.file("x.safetensors", &safetensors(
        r#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
        &[0, 7],
    )))?;
    assert_eq!(narrow.get("b")?.to_vec::<u8>()?, [7]);
    assert!(narrow.get("a").expect_err("8-bit float").to_string().contains("F8_E4M3"));
    for (shape, part) in [
        ("(3,)", "needs 12 bytes and 8 follow"),
        ("(1,)", "needs 4 bytes and 8 follow"),
        ("(1099511627776, 1099511627776)", "more elements"),
        ("(-2,)", "a shape"),
        ("(2,", "shape"),
    ] {
        let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n");
        let bytes =
            [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes(), &[0; 8]].concat();
        let message = complaint(&folder.file("x.npy", &bytes));
        assert!(message.contains(part), "{shape}: {message}");
    }
    // What is no plain number: objects (pickles), records, text, dates; and a pickle with numpy's name.
    for descr in
        ["'|O'", "[('a', '<f4'), ('b', '<i4')]", "'<U3'", "'|S4'", "'<M8[ns]'", "'<f16'", "7", "'<f4"]
    {
        for fortran in ["False", "True"] {
            let text = format!("{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': (2,), }}\n");
            let bytes =
                [b"\x93NUMPY\x01\x00", &(text.len() as u16).to_le_bytes()[..], text.as_bytes(), &[0; 8]];
            let message = complaint(&folder.file("x.npy", &bytes.concat()));
            assert!(message.len() > 40, "{descr}: {message}");
        }
    }
    assert!(complaint(&folder.file("x.npy", b"\x80\x04\x95\x10\x00\x00\x00")).contains(".npy"));
    assert!(complaint(&folder.file("x.npy", b"\x93NUMPY\x07\x00")).contains("version 7"));
    assert!(
        complaint(&folder.file("x.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff"))
            .contains("claims 4294967295 bytes")
    );
    assert!(complaint(&folder.file("x.npz", b"PK")).contains("not a valid .npz file"));
    assert!(complaint(&folder.file("x.pt", b"")).contains("ends in none of"));
    assert!(load(folder.path("gone.npy")).expect_err("gone").to_string().contains("gone.npy"));
    // A bool in a file may be any byte.
    let file =
        load(folder.file("x.safetensors", &safetensors(&entry("BOOL", "[3]", "[0,3]"), &[0, 2, 255])))?;
    assert_eq!(file.get("w")?.to_vec::<bool>()?, [false, true, true]);
    Ok(())
}

#[test]
fn mutated_files_never_panic_and_never_give_arrays_of_another_size() -> Result<()> {
    let folder = Folder::new("fuzz");
    let arrays = [
        ("a", numbers(DType::F32, &[2, 3])),
        ("b", numbers(DType::Bool, &[5])),
        ("c", zeros(&[0], DType::I64)?),
    ];
    let named = || arrays.iter().map(|(n, x)| (*n, x));
    save(folder.path("x.npy"), &arrays[0].1)?;
    savez(folder.path("x.npz"), named())?;
    savez_compressed(folder.path("c.npz"), named())?;
    save_safetensors(folder.path("x.safetensors"), named(), &[("k", "v")])?;
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut loaded = 0;
    for name in ["x.npy", "x.npz", "c.npz", "x.safetensors"] {
        let good = std::fs::read(folder.path(name)).expect("it was written");
        for case in 0..400 {
            let mut bytes = good.clone();
            match case % 4 {
                0 => bytes.truncate(random(good.len())),
                1 => bytes.extend((0..1 + random(9)).map(|i| i as u8)),
                _ => {
                    for _ in 0..1 + random(4) {
                        let at = random(bytes.len());
                        bytes[at] = [random(256) as u8, b'9', 0xff, bytes[at] ^ 1][random(4)];
                    }
                }
            }
            let Ok(file) = load(folder.file(&format!("mutated-{name}"), &bytes)) else { continue };
            loaded += 1;
            for (_, x) in file.iter() {
                if let Ok(list) = x.to_f64_vec() {
                    assert_eq!(list.len(), x.size(), "{name}, case {case}");
                }
            }
        }
    }
    assert!(loaded > 50, "changed elements are no damage that a file shows");
    Ok(())
}
