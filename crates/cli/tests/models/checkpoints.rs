//! `ember inspect` and `ember convert`.

use crate::{Folder, ember, expect, stdout, tiny, vectors};
use emberforge_array::{Array, DType, array_equal, load, save_safetensors};
use serde_json::Value;

#[test]
fn inspect_shows_configuration_tensors_and_no_problems() {
    let output = ember(&["inspect", &tiny()]);
    expect(
        &output,
        0,
        &[
            "configuration, from config.json",
            "hidden_size                    32",
            "bert.encoder.layer.1.mlp.wo.weight",
            "(buffer, not trained)",
            "no problems",
        ],
    );
    let json = ember(&["inspect", &tiny(), "--json"]);
    let value: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(value["config"]["long_conv_l_max"], 128);
    assert_eq!(value["problems"], serde_json::json!([]));
    assert!(value["parameters"].as_u64().is_some_and(|n| n > 10_000), "{}", value["parameters"]);
}

#[test]
fn inspect_infers_a_configuration_and_lists_what_does_not_fit() {
    let folder = Folder::new("inspect");
    let model = folder.model();
    std::fs::remove_file(folder.path("config.json")).expect("removed");
    expect(&ember(&["inspect", &model]), 0, &["from the tensors: there is no config.json", "no problems"]);

    let file = load(folder.path("model.safetensors")).expect("arrays");
    let extra = Array::from_slice(&[1.0f32], &[1]).expect("an array");
    let kept = file.iter().filter(|(name, _)| *name != "bert.embeddings.LayerNorm.bias");
    let arrays: Vec<(&str, &Array)> = kept.chain([("bert.surprise", &extra)]).collect();
    let damaged = folder.path("damaged.safetensors");
    save_safetensors(&damaged, arrays, &[]).expect("a file");
    let output = ember(&["inspect", &damaged]);
    let parts = ["1 missing:", "bert.embeddings.LayerNorm.bias", "1 unexpected:", "bert.surprise"];
    expect(&output, 1, &parts);
    let embed = |more: &[&str]| ember(&[&["embed", "x", "--model", &damaged], more].concat());
    expect(&embed(&[]), 2, &parts);
    expect(&embed(&["--allow-missing", "bert.embeddings.LayerNorm.bias"]), 2, &["1 unexpected:"]);

    let allowed = folder.path("allowed.safetensors");
    let kept = file.iter().filter(|(name, _)| *name != "bert.embeddings.LayerNorm.bias");
    save_safetensors(&allowed, kept, &[]).expect("a file");
    let embed = |more: &[&str]| ember(&[&["embed", "x", "--model", &allowed], more].concat());
    expect(&embed(&[]), 2, &["1 missing:"]);
    expect(&embed(&["--allow-missing", "bert.embeddings.LayerNorm.bias"]), 0, &["1 text"]);

    let noise = folder.write("noise.safetensors", b"not a checkpoint at all");
    expect(&ember(&["inspect", &noise]), 2, &["noise.safetensors"]);
    expect(&ember(&["inspect", "/nonexistent.bin"]), 1, &["/nonexistent.bin"]);
}

#[test]
fn a_checkpoint_in_shards_gives_the_same_vectors_and_a_missing_shard_is_named() {
    let folder = Folder::new("shards");
    let model = folder.model();
    let rows = |model: &str| {
        vectors(&stdout(&ember(&["embed", "some text", "--model", model, "--format", "jsonl"])))
    };
    let whole = rows(&model);
    let file = load(folder.path("model.safetensors")).expect("arrays");
    let mut map = serde_json::Map::new();
    for (i, shard) in ["one.safetensors", "two.safetensors"].iter().enumerate() {
        let part: Vec<_> = file.iter().skip(i).step_by(2).collect();
        map.extend(part.iter().map(|(name, _)| (name.to_string(), Value::from(*shard))));
        save_safetensors(folder.path(shard), part, &[]).expect("a file");
    }
    let index = serde_json::json!({ "metadata": {}, "weight_map": map });
    folder.write("model.safetensors.index.json", index.to_string());
    std::fs::remove_file(folder.path("model.safetensors")).expect("removed");
    assert_eq!(rows(&model), whole);
    std::fs::remove_file(folder.path("two.safetensors")).expect("removed");
    expect(&ember(&["embed", "some text", "--model", &model]), 1, &["two.safetensors"]);
}

#[test]
fn a_file_of_pytorch_is_converted() {
    let folder = Folder::new("pytorch");
    let from = crate::root().join("tests/golden/m2/checkpoints/composer.pt").display().to_string();
    let to = folder.path("model.safetensors");
    expect(&ember(&["convert", &from, &to]), 0, &["tensors"]);
    let file = load(&to).expect("arrays");
    let kinds = ["bert.bfloat", "bert.half", "bert.double"].map(|name| file.get(name).map(|x| x.dtype()));
    assert_eq!(kinds, [Ok(DType::BF16), Ok(DType::F16), Ok(DType::F64)]);
}

#[test]
fn convert_keeps_every_tensor_in_the_dtype_asked_for() {
    let folder = Folder::new("convert");
    let original = load(format!("{}/model.safetensors", tiny())).expect("arrays");
    for (dtype, stored) in [("f32", DType::F32), ("bf16", DType::BF16), ("f16", DType::F16)] {
        let path = folder.path(&format!("{dtype}.safetensors"));
        expect(&ember(&["convert", &tiny(), &path, "--dtype", dtype]), 0, &["tensors"]);
        let copy = load(&path).expect("arrays");
        assert_eq!(copy.names().count(), original.names().count());
        for (name, x) in original.iter() {
            let y = copy.get(name).expect("the same names");
            let wanted = if x.dtype().is_float() { x.astype(stored).expect("a cast") } else { x.clone() };
            assert_eq!(y.dtype(), wanted.dtype(), "{name}");
            let same = array_equal(y, &wanted, false).and_then(|same| same.item::<bool>());
            assert_eq!(same, Ok(true), "{name}");
        }
    }
    // Back to f32, the half-precision file gives vectors near the original's.
    let rows = |model: &str| {
        let output =
            ember(&["embed", "some text", "--model", model, "--tokenizer", &tiny(), "--format", "jsonl"]);
        expect(&output, 0, &[]);
        vectors(&stdout(&output)).remove(0)
    };
    let whole = rows(&tiny());
    assert_eq!(whole, rows(&folder.path("f32.safetensors")));
    let worst = |other: Vec<f64>| whole.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst(rows(&folder.path("bf16.safetensors"))) < 0.05);
}

#[test]
fn convert_refuses_what_would_be_lost() {
    let folder = Folder::new("lost");
    let big = Array::from_slice(&[1e5f32, -1.0], &[2]).expect("an array");
    let path = folder.path("big.safetensors");
    save_safetensors(&path, [("x", &big)], &[]).expect("a file");
    let f16 = ember(&["convert", &path, &folder.path("f16.safetensors"), "--dtype", "f16"]);
    expect(&f16, 2, &["`x` has a number of magnitude 100000", "use --dtype bf16 or f32"]);
    expect(&ember(&["convert", &path, &folder.path("b.safetensors"), "--dtype", "bf16"]), 0, &["1 tensors"]);
    expect(&ember(&["convert", &path, &folder.path("out.bin")]), 2, &["does not end in .safetensors"]);
}
