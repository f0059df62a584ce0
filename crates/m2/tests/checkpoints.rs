//! Checkpoint files as PyTorch writes them (`tests/oracle/record_checkpoints.py`), and as nobody should.

use emberforge_array::{Array, DType, Result};
use emberforge_m2::{Config, Encoder, Head, checkpoint::Checkpoint, initial_weights};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/m2/checkpoints").join(name)
}

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).expect("the folder for temporary files can be written");
    path
}

fn values(x: &Array) -> Vec<f64> {
    x.to_f64_vec().expect("a tensor of a checkpoint can be read")
}

/// `(index + first) / 64`.
fn numbers(first: usize, count: usize) -> Vec<f64> {
    (first..first + count).map(|i| i as f64 / 64.0).collect()
}

#[test]
fn torch_files_are_read_in_every_wrapping() -> Result<()> {
    for file in ["plain.bin", "prefixes.pt", "composer.pt"] {
        let tensors = Checkpoint::open(golden(file))?.tensors;
        let of = |name: &str| tensors.get(name).unwrap_or_else(|| panic!("{file}: {:?}", tensors.keys()));
        assert_eq!(tensors.len(), 12, "{file}: {:?}", tensors.keys());
        assert_eq!(values(of("bert.embeddings.position_ids")), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(of("bert.embeddings.word_embeddings.weight").shape(), [8, 4]);
        assert_eq!(values(of("bert.embeddings.word_embeddings.weight")), numbers(0, 32));
        let view: Vec<f64> =
            (2..6).flat_map(|c| (1..4).map(move |r| (r * 6 + c + 7) as f64 / 64.0)).collect();
        assert_eq!(of("bert.view").shape(), [4, 3]);
        assert_eq!(values(of("bert.view")), view);
        for name in ["bert.filter.1.freq", "bert.filter.3.freq"] {
            assert_eq!(values(of(name)), numbers(3, 4));
        }
        for (name, dtype, first, count) in [
            ("bert.half", DType::F16, 1, 3),
            ("bert.bfloat", DType::BF16, 2, 3),
            ("bert.double", DType::F64, 4, 2),
            ("bert.scalar", DType::F32, 16, 1),
        ] {
            assert_eq!((of(name).dtype(), values(of(name))), (dtype, numbers(first, count)), "{name}");
        }
        assert_eq!(of("bert.empty").shape(), [0, 3]);
        assert_eq!(of("bert.flags").to_vec::<bool>()?, [true, false]);
        assert_eq!(of("bert.bytes").to_vec::<i8>()?, [-1, 2]);
    }
    Ok(())
}

#[test]
fn files_that_are_no_checkpoints_are_refused_with_a_reason() {
    let folder = folder("refused");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    };
    let whole = std::fs::read(golden("plain.bin")).expect("the file is in the repository");
    let cases = [
        (golden("legacy.bin"), "no archive that torch.save writes"),
        (golden("without_tensors.pth"), "holds no tensors"),
        (golden("absent.bin"), "cannot open"),
        (folder.clone(), "no model lies in"),
        (write("model.onnx", b"x"), "is no checkpoint by its name"),
        (write("empty.pt", b""), "no archive that torch.save writes"),
        (write("text.bin", "Grüße 👋\0".as_bytes()), "no archive that torch.save writes"),
        (write("half.bin", &whole[..whole.len() / 2]), "no archive that torch.save writes"),
        (write("short.safetensors", &[9, 0, 0, 0, 0, 0, 0, 0, b'{']), "short.safetensors"),
        (write("long.safetensors", &[255; 64]), "long.safetensors"),
    ];
    for (path, reason) in cases {
        let message = Checkpoint::open(&path).expect_err("no checkpoint").to_string();
        assert!(message.contains(reason), "{}: {message}", path.display());
    }
}

/// Whatever bytes are changed, reading ends, with tensors or an error.
#[test]
fn a_damaged_archive_neither_panics_nor_hangs() {
    let whole = std::fs::read(golden("composer.pt")).expect("the file is in the repository");
    let path = folder("damaged").join("damaged.pt");
    let mut word = 1u64;
    for _ in 0..500 {
        let mut bytes = whole.clone();
        for _ in 0..4 {
            // A linear congruential generator; its high bits choose.
            word = word.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let at = (word >> 33) as usize % bytes.len();
            bytes[at] = (word >> 24) as u8;
        }
        std::fs::write(&path, &bytes).expect("a file can be written");
        if let Ok(checkpoint) = Checkpoint::open(&path) {
            // A tensor may be wrong, since damage inside its elements shows nowhere; it is never out of bounds.
            checkpoint.tensors.values().for_each(|x| drop(x.to_f64_vec()));
        }
    }
}

/// A small stored zip archive with one pickle and one storage.
fn archive(path: &Path, pickle: &[u8], storage: &[u8]) {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("a file can be written"));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [("m/data.pkl", pickle), ("m/data/0", storage)] {
        zip.start_file(name, stored)
            .and_then(|()| Ok(zip.write_all(bytes)?))
            .expect("a member can be written");
    }
    zip.finish().expect("an archive can be written");
}

/// `{"x": _rebuild_tensor_v2(storage 0, offset, shape, strides)}` in protocol 2.
fn one_tensor(kind: &str, offset: i32, shape: &[i32], strides: &[i32]) -> Vec<u8> {
    let integer = |n: &i32| [&b"J"[..], &n.to_le_bytes()].concat();
    let tuple = |n: &[i32]| [&b"("[..], &n.iter().flat_map(integer).collect::<Vec<_>>(), b"t"].concat();
    let text = |s: &str| [&b"X"[..], &(s.len() as u32).to_le_bytes(), s.as_bytes()].concat();
    [
        b"\x80\x02}".to_vec(),
        text("x"),
        b"ctorch._utils\n_rebuild_tensor_v2\n((".to_vec(),
        text("storage"),
        format!("ctorch\n{kind}\n").into_bytes(),
        text("0"),
        text("cpu"),
        b"K\x04tQ".to_vec(),
        integer(&offset),
        tuple(shape),
        tuple(strides),
        b"\x89}tRs.".to_vec(),
    ]
    .concat()
}

#[test]
fn a_tensor_outside_its_storage_is_refused() {
    let path = folder("hostile").join("hostile.pt");
    let storage: Vec<u8> = [1.0f32, 2.0, 3.0, 4.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    archive(&path, &one_tensor("FloatStorage", 1, &[3], &[1]), &storage);
    assert_eq!(values(&Checkpoint::open(&path).expect("a sound file").tensors["x"]), [2.0, 3.0, 4.0]);
    for (kind, offset, shape, strides) in [
        ("FloatStorage", 0, vec![5], vec![1]),
        ("FloatStorage", 4, vec![1], vec![1]),
        ("FloatStorage", -1, vec![1], vec![1]),
        ("FloatStorage", 0, vec![-1], vec![1]),
        ("FloatStorage", 0, vec![2], vec![i32::MAX]),
        ("FloatStorage", 0, vec![2], vec![-1]),
        ("FloatStorage", 0, vec![2, 2], vec![1]),
        ("FloatStorage", 0, vec![i32::MAX; 4], vec![0; 4]),
        ("DoubleStorage", 0, vec![3], vec![1]),
        ("QUInt8Storage", 0, vec![1], vec![1]),
    ] {
        archive(&path, &one_tensor(kind, offset, &shape, &strides), &storage);
        let opened = Checkpoint::open(&path).and_then(|c| c.tensors["x"].to_f64_vec());
        assert!(opened.is_err(), "{kind} {offset} {shape:?} {strides:?}: {opened:?}");
    }
}

#[test]
fn a_malicious_pickle_runs_nothing() {
    let folder = folder("malicious");
    let (path, sign) = (folder.join("malicious.pt"), folder.join("sign"));
    let command = format!("touch {}", sign.display());
    for pickle in [
        format!("cposix\nsystem\n(S'{command}'\ntR."),
        format!("cbuiltins\nexec\n(S'import os; os.system(\"{command}\")'\ntR."),
        format!("(S'{command}'\nios\nsystem\n."),
        format!("(cos\nsystem\nS'{command}'\no."),
    ] {
        archive(&path, pickle.as_bytes(), b"");
        let message = Checkpoint::open(&path).expect_err("no tensors").to_string();
        assert!(message.contains("holds no tensors"), "{message}");
        assert!(!sign.exists(), "{pickle} was run");
    }
}

#[test]
fn a_compressed_member_is_refused_so_that_small_files_stay_small() {
    let path = folder("compressed").join("compressed.pt");
    archive(&path, b"}.", b"");
    let mut bytes = std::fs::read(&path).expect("the file was written");
    // The method of the member, in its own header and in the archive's directory: 8 is deflate.
    for (signature, method) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
        let at = bytes.windows(4).position(|w| w == signature).expect("an archive has its headers");
        bytes[at + method] = 8;
    }
    std::fs::write(&path, bytes).expect("a file can be written");
    let message = Checkpoint::open(&path).expect_err("a compressed member").to_string();
    assert!(message.contains("data.pkl"), "{message}");
}

fn tiny() -> Config {
    Config {
        vocab_size: 64,
        hidden_size: 16,
        num_hidden_layers: 2,
        intermediate_size: 32,
        max_position_embeddings: 24,
        long_conv_l_max: Some(24),
        hyena_filter_order: 8,
        ..Config::default()
    }
}

fn load(tensors: BTreeMap<String, Array>, config: &Config) -> Result<Encoder> {
    let weights = emberforge_m2::Weights::new(tensors, Some(DType::F32));
    let encoder = Encoder::load(&weights.root().at("bert"), config)?;
    weights.finish(|_| false, emberforge_m2::checkpoint::is_derived)?;
    Ok(encoder)
}

#[test]
fn the_configuration_is_implied_by_the_tensors() -> Result<()> {
    for config in [
        tiny(),
        Config { use_monarch_mlp: false, monarch_mlp_nblocks: 1, ..tiny() },
        Config { use_glu_mlp: false, bidirectional: false, ..tiny() },
        Config { residual_long_conv: false, hyena_training_additions: true, hyena_emb_dim: 7, ..tiny() },
        Config { use_positional_encodings: false, monarch_mlp_nblocks: 2, ..tiny() },
    ] {
        let tensors = initial_weights(&config, Head::Pooler, 0)?;
        assert_eq!(Config::from_tensors(&tensors)?, config);
        load(tensors, &config)?;
    }
    Ok(())
}

#[test]
fn a_config_file_is_completed_by_the_tensors() -> Result<()> {
    let folder = folder("completed");
    let tensors = initial_weights(&tiny(), Head::Pooler, 0)?;
    let entries: Vec<(&str, &Array)> = tensors.iter().map(|(name, x)| (name.as_str(), x)).collect();
    emberforge_array::save_safetensors(folder.join("model.safetensors"), entries, &[])?;
    std::fs::write(folder.join("config.json"), r#"{"vocab_size": 60, "pool_all": true}"#)
        .expect("a file can be written");
    let config = Checkpoint::open(&folder)?.config()?;
    assert_eq!(config, Config { pool_all: true, ..tiny() });
    Ok(())
}

/// Safetensors files keep a shared tensor once, under whichever name their writer chose.
#[test]
fn a_shared_tensor_may_have_any_of_its_names() -> Result<()> {
    let folder = folder("shared");
    let all = initial_weights(&tiny(), Head::MaskedLm, 0)?;
    let kept = |name: &str| {
        let other_frequency = name.ends_with(".freq") && !name.ends_with("implicit_filter_rev.3.freq");
        !other_frequency && name != "bert.embeddings.word_embeddings.weight"
    };
    let entries = all.iter().map(|(name, x)| (name.as_str(), x)).filter(|(name, _)| kept(name));
    emberforge_array::save_safetensors(folder.join("model.safetensors"), entries, &[])?;
    std::fs::write(folder.join("config.yaml"), "max_seq_len: 24\nmodel:\n  model_config:\n    hyena_w: 10\n")
        .expect("a file can be written");
    let checkpoint = Checkpoint::open(&folder)?;
    assert_eq!(checkpoint.config()?, tiny());
    let weights = checkpoint.weights(DType::F32);
    emberforge_m2::MaskedLm::load(&weights, &tiny())?;
    weights.finish(|_| false, emberforge_m2::checkpoint::is_derived)
}

#[test]
fn a_checkpoint_of_another_model_is_refused_with_every_difference() -> Result<()> {
    let sound = initial_weights(&tiny(), Head::Pooler, 0)?;
    let mut tensors = sound.clone();
    let missing = tensors.remove("bert.encoder.layer.1.mlp.wo.bias").expect("the model has it");
    tensors.insert("bert.encoder.layer.1.mlp.wo.offset".to_string(), missing);
    let message =
        load(tensors, &Config { vocab_size: 72, ..tiny() }).expect_err("three differences").to_string();
    for part in [
        "1 missing:\n  bert.encoder.layer.1.mlp.wo.bias",
        "1 unexpected:\n  bert.encoder.layer.1.mlp.wo.offset",
        "bert.embeddings.word_embeddings.weight: [64, 16], and the model has [72, 16]",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    // The reference's CUDA tables are known and not needed.
    let mut with_tables = sound;
    for name in
        ["bert.encoder.flashfft.f_32_fft", "bert.encoder.layer.0.attention.filter_fn2.flashfft.twiddle"]
    {
        with_tables.insert(name.to_string(), emberforge_array::zeros(&[4], DType::BF16)?);
    }
    load(with_tables, &tiny())?;
    Ok(())
}
