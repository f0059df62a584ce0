//! Reading and writing files, with messages that name the path, the reason and the way out.

use super::npz::Npz;
use super::safetensors::SafetensorsHeader;
use super::{npy, write_atomically};
use crate::HostArray;
use emberforge_base::{DType, Error, Result};
use std::io::Write as _;
use std::path::Path;

/// True for words that name a file: `a.npy`, `a.npz:key`, `a.safetensors:key`.
pub(crate) fn looks_like_file(text: &str) -> bool {
    split(text).is_some()
}

/// The path and the key.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if text.ends_with(".npy") || text.ends_with(".npz") || text.ends_with(".safetensors") {
        return Some((text, None));
    }
    [".npz:", ".safetensors:"].into_iter().find_map(|mark| {
        let at = text.find(mark)? + mark.len();
        Some((&text[..at - 1], Some(&text[at..])))
    })
}

/// Reads an array as a spec names it; relative paths start at `folder`.
pub(crate) fn read_named(text: &str, folder: &Path) -> Result<HostArray> {
    let (path, key) = split(text).ok_or_else(|| Error::invalid(format!("`{text}` names no file")))?;
    let path = folder.join(path);
    let name = path.display();
    let array = if path.extension().is_some_and(|e| e == "npy") {
        npy::decode(&read_file(&path)?)
    } else if path.extension().is_some_and(|e| e == "npz") {
        read_npz(&path, key)
    } else {
        read_safetensors(&path, key)
    };
    array.map_err(|e| match e.kind() {
        emberforge_base::ErrorKind::Io => e,
        kind => Error::new(kind, format!("`{name}`: {e}")),
    })
}

/// Reads a whole file.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| {
        let way_out = match e.kind() {
            std::io::ErrorKind::NotFound => {
                "check the path, which starts at the current folder unless absolute"
            }
            std::io::ErrorKind::PermissionDenied => "ask for permission to read it",
            std::io::ErrorKind::IsADirectory => "pass a file",
            _ => "check the path",
        };
        Error::io(format!("`{}` cannot be read: {}; {way_out}", path.display(), reason(&e)))
    })
}

/// Reads a whole text file.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read_file(path)?).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let bytes = e.as_bytes();
        let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Error::new(
            emberforge_base::ErrorKind::Source,
            format!(
                "`{}` is not UTF-8: byte 0x{:02x} at offset {at} (line {line}); save the file as UTF-8",
                path.display(),
                bytes[at]
            ),
        )
    })
}

/// Writes an `.npy` file, as [`write_atomically`] does; `bf16` as `f32`.
pub fn save_npy(path: &Path, array: &HostArray) -> Result<()> {
    let bytes = npy::encode(array)?;
    write_atomically(path, |file| file.write_all(&bytes))
}

/// The system's words without its numbers.
pub(super) fn reason(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        _ => e.to_string(),
    }
}

fn read_npz(path: &Path, key: Option<&str>) -> Result<HostArray> {
    let mut archive = Npz::open(read_file(path)?)?;
    let names = archive.names()?;
    let key = choose(key, &names)?;
    let index = names.iter().position(|name| *name == key);
    let index = index.ok_or_else(|| Error::internal("a chosen name is gone"))?;
    npy::decode(&archive.read(index)?)
}

fn read_safetensors(path: &Path, key: Option<&str>) -> Result<HostArray> {
    let bytes = read_file(path)?;
    let header = SafetensorsHeader::parse(&bytes)?;
    let names: Vec<String> = header.tensors.iter().map(|t| t.name.clone()).collect();
    let key = choose(key, &names)?;
    let tensor = header.tensors.into_iter().find(|t| t.name == key);
    let tensor = tensor.ok_or_else(|| Error::internal("a chosen name is gone"))?;
    let dtype = tensor.dtype?;
    let array = HostArray::from_bytes(dtype, &tensor.shape, &bytes[tensor.range])?;
    // A kernel has no doubles.
    if dtype == DType::F64 { array.convert(DType::F32) } else { Ok(array) }
}

/// The key asked for, or the only one there is.
fn choose(key: Option<&str>, names: &[String]) -> Result<String> {
    let mut names = names.to_vec();
    names.sort();
    let list = || {
        let shown = names.iter().take(20).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        if names.len() > 20 { format!("{shown} and {} more", names.len() - 20) } else { shown }
    };
    match (key, names.as_slice()) {
        (Some(key), _) if names.iter().any(|n| n == key) => Ok(key.to_string()),
        (Some(key), _) => {
            Err(Error::invalid(format!("there is no array `{key}`; the file holds {}", list())))
        }
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Error::invalid("the file holds no arrays")),
        (None, _) => {
            Err(Error::invalid(format!("say which array: add `:key`, where key is one of {}", list())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn view(dtype: safetensors::Dtype, array: &HostArray) -> safetensors::tensor::TensorView<'_> {
        safetensors::tensor::TensorView::new(dtype, array.shape().to_vec(), array.bytes()).unwrap()
    }

    /// A folder with one archive of each kind, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Folder {
            let folder = std::env::temp_dir().join(format!("ember-data-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let (a, b) = (HostArray::vector(&[1.0f32, 2.0]), HostArray::scalar(7i64));
            let mut npz = zip::ZipWriter::new(std::fs::File::create(folder.join("both.npz")).unwrap());
            let stored = zip::CompressionMethod::Stored;
            for (name, array, method) in [("a", &a, zip::CompressionMethod::Deflated), ("b", &b, stored)] {
                let options = zip::write::SimpleFileOptions::default().compression_method(method);
                npz.start_file(format!("{name}.npy"), options).unwrap();
                npz.write_all(&npy::encode(array).unwrap()).unwrap();
            }
            npz.finish().unwrap();
            let tensors =
                [("w", view(safetensors::Dtype::F32, &a)), ("n", view(safetensors::Dtype::I64, &b))];
            let bytes = safetensors::serialize(tensors, None).unwrap();
            std::fs::write(folder.join("both.safetensors"), bytes).unwrap();
            Folder(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn archives_give_arrays_by_key() {
        let folder = Folder::new();
        let read = |name: &str| read_named(name, &folder.0);
        assert_eq!(read("both.npz:a").unwrap().to_string(), "[1 2]");
        assert_eq!(read("both.npz:b").unwrap().dtype(), DType::I64);
        assert_eq!(read("both.safetensors:w").unwrap().to_string(), "[1 2]");
        assert_eq!(read("both.safetensors:n").unwrap().shape(), [0usize; 0]);
        let fails = |name: &str, part: &str| {
            let error = read(name).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        fails("both.npz:c", "there is no array `c`; the file holds `a`, `b`");
        fails("both.npz", "say which array: add `:key`");
        fails("both.safetensors:x", "there is no array `x`; the file holds `n`, `w`");
        std::fs::write(folder.0.join("bad.npz"), b"PK").unwrap();
        fails("bad.npz:a", "not a valid .npz file");
        std::fs::write(folder.0.join("bad.safetensors"), [255u8; 20]).unwrap();
        fails("bad.safetensors:a", "not a valid .safetensors file");
    }
}
