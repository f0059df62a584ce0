//! Reading and writing files, with messages that name the path, the reason and the way out.

use super::npy;
use crate::HostArray;
use emberforge_base::{DType, Error, Result};
use std::io::Read as _;
use std::path::{Path, PathBuf};

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

/// Writes an `.npy` file so that a reader sees the old content or the new one, never half of it.
pub fn save_npy(path: &Path, array: &HostArray) -> Result<()> {
    let failed = |e: &std::io::Error| {
        Error::io(format!(
            "`{}` cannot be written: {}; choose a path in a folder that exists and may be written to",
            path.display(),
            reason(e)
        ))
    };
    let Some(name) = path.file_name() else {
        return Err(Error::invalid(format!("`{}` names no file to save to", path.display())));
    };
    if path.is_dir() {
        return Err(Error::io(format!("`{}` is a folder; add a file name", path.display())));
    }
    // A file that may not be written must not be replaced behind its owner's back.
    if let Ok(meta) = path.metadata()
        && meta.permissions().readonly()
    {
        return Err(Error::io(format!(
            "`{}` is read-only; choose another path or allow writing",
            path.display()
        )));
    }
    let bytes = npy::encode(array)?;
    let temporary: PathBuf =
        path.with_file_name(format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id()));
    std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path)).map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        failed(&e)
    })
}

/// The system's words without its numbers.
fn reason(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        _ => e.to_string(),
    }
}

fn read_npz(path: &Path, key: Option<&str>) -> Result<HostArray> {
    let bytes = read_file(path)?;
    let bad = |e: zip::result::ZipError| Error::invalid(format!("not a valid .npz file: {e}"));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(bad)?;
    let members: Vec<String> = archive.file_names().flatten().map(|n| n.to_string()).collect();
    let mut names: Vec<String> =
        members.iter().map(|n| n.strip_suffix(".npy").unwrap_or(n).to_string()).collect();
    names.sort();
    let key = choose(key, &names)?;
    let member = if members.contains(&key) { key } else { format!("{key}.npy") };
    let mut content = Vec::new();
    archive
        .by_name(&member)
        .map_err(bad)?
        .read_to_end(&mut content)
        .map_err(|e| Error::invalid(format!("not a valid .npz file: {e}")))?;
    npy::decode(&content)
}

fn read_safetensors(path: &Path, key: Option<&str>) -> Result<HostArray> {
    let bytes = read_file(path)?;
    let bad = |e: safetensors::SafeTensorError| Error::invalid(format!("not a valid .safetensors file: {e}"));
    let file = safetensors::SafeTensors::deserialize(&bytes).map_err(bad)?;
    let mut names: Vec<String> = file.names().into_iter().map(str::to_string).collect();
    names.sort();
    let tensor = file.tensor(&choose(key, &names)?).map_err(bad)?;
    use safetensors::Dtype as D;
    let dtype = match tensor.dtype() {
        D::BOOL => DType::Bool,
        D::U8 => DType::U8,
        D::U16 => DType::U16,
        D::U32 => DType::U32,
        D::U64 => DType::U64,
        D::I8 => DType::I8,
        D::I16 => DType::I16,
        D::I32 => DType::I32,
        D::I64 => DType::I64,
        D::F16 => DType::F16,
        D::BF16 => DType::BF16,
        D::F32 => DType::F32,
        D::F64 => DType::F64,
        D::C64 => DType::Complex64,
        other => {
            return Err(Error::invalid(format!(
                "the tensor has dtype {other:?}, which has no counterpart here; convert it to F32 first"
            )));
        }
    };
    let array = HostArray::from_bytes(dtype, tensor.shape(), tensor.data())?;
    if dtype == DType::F64 { array.convert(DType::F32) } else { Ok(array) }
}

/// The key asked for, or the only one there is.
fn choose(key: Option<&str>, names: &[String]) -> Result<String> {
    let list = || {
        let shown = names.iter().take(20).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        if names.len() > 20 { format!("{shown} and {} more", names.len() - 20) } else { shown }
    };
    match (key, names) {
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
    use std::io::Write as _;

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
