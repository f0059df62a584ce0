//! Models by their id on the Hugging Face hub, kept in the cache that its other programs use.

use crate::checkpoint;
use emberforge_base::{Error, Result};
use hf_hub::api::sync::{ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Cache, CacheRepo, Repo, RepoType};
use std::path::{Path, PathBuf};
use std::str::FromStr;

pub use hf_hub::api::Progress;

/// `owner/name`, or `name` for the hub's oldest models; `@revision` behind it names a branch, tag or commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubId {
    name: String,
    revision: String,
}

impl FromStr for HubId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, revision) = text.split_once('@').unwrap_or((text, "main"));
        let word = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                && !part.contains("..")
        };
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() > 2 || !parts.iter().all(|p| word(p)) || !revision.split('/').all(word) {
            return Err(Error::invalid(format!(
                "`{text}` is no model id; one is like togethercomputer/m2-bert-80M-8k-retrieval, perhaps with @revision"
            )));
        }
        Ok(HubId { name: name.to_string(), revision: revision.to_string() })
    }
}

/// The hub, and the cache of what came from there.
#[derive(Clone, Debug)]
pub struct Hub {
    cache: Cache,
    offline: bool,
}

/// Files besides the weights that a model may have.
const BESIDE: [&str; 4] = ["config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"];

impl Hub {
    /// The cache that `HF_HUB_CACHE`, `HF_HOME` or `XDG_CACHE_HOME` name, else `~/.cache/huggingface/hub`; offline if
    /// `HF_HUB_OFFLINE` is 1. `HF_ENDPOINT` names another server, `HF_TOKEN` allows private models.
    ///
    /// # Errors
    /// When there is no home folder and none of these is set.
    pub fn from_env() -> Result<Hub> {
        let folder = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let path = folder("HF_HUB_CACHE")
            .or_else(|| folder("HF_HOME").map(|p| p.join("hub")))
            .or_else(|| folder("XDG_CACHE_HOME").map(|p| p.join("huggingface/hub")))
            .or_else(|| std::env::home_dir().map(|p| p.join(".cache/huggingface/hub")))
            .ok_or_else(|| Error::invalid("there is no home folder; set HF_HOME to a folder for models"))?;
        let offline = std::env::var("HF_HUB_OFFLINE").is_ok_and(|v| ["1", "true"].contains(&v.as_str()));
        Ok(Hub::new(path, offline))
    }

    /// A cache folder. Offline, only what lies there is found.
    pub fn new(cache: PathBuf, offline: bool) -> Hub {
        Hub { cache: Cache::new(cache), offline }
    }

    /// The same, downloading nothing.
    pub fn offline(self) -> Hub {
        Hub { offline: true, ..self }
    }

    /// The folder of a model with weights: from the cache if it is whole there, else after downloading what it lacks.
    /// `progress` makes the progress display of one file.
    ///
    /// # Errors
    /// When the model is not in the cache and cannot be downloaded; what to do then is said.
    pub fn model<P: Progress>(&self, id: &HubId, progress: impl Fn() -> P) -> Result<PathBuf> {
        if let Some(folder) = self.cached(id).filter(|folder| checkpoint::whole(folder)) {
            return Ok(folder);
        }
        self.download(id, progress, |names| {
            let mut wanted: Vec<String> =
                names.iter().filter(|n| BESIDE.contains(&n.as_str())).cloned().collect();
            let weights = checkpoint::FILES.iter().find(|file| names.iter().any(|n| n == *file));
            match weights {
                Some(index) if index.ends_with(".index.json") => {
                    wanted.extend(names.iter().filter(|n| n.ends_with(".safetensors") || n == index).cloned())
                }
                Some(file) => wanted.push(file.to_string()),
                None => {
                    return Err(Error::invalid(format!(
                        "`{}` on the hub holds none of {}",
                        id.name,
                        checkpoint::FILES.join(", ")
                    )));
                }
            }
            Ok(wanted)
        })
    }

    /// The folder of a model's tokenizer files alone.
    ///
    /// # Errors
    /// As [`Hub::model`].
    pub fn tokenizer<P: Progress>(&self, id: &HubId, progress: impl Fn() -> P) -> Result<PathBuf> {
        let has = |folder: &Path| BESIDE[1..].iter().any(|name| folder.join(name).is_file());
        if let Some(folder) = self.cached(id).filter(|folder| has(folder)) {
            return Ok(folder);
        }
        self.download(id, progress, |names| {
            Ok(names.iter().filter(|n| BESIDE[1..].contains(&n.as_str())).cloned().collect())
        })
    }

    /// The snapshot of a model in the cache, whole or not.
    fn cached(&self, id: &HubId) -> Option<PathBuf> {
        let entry = self.entry(id);
        // A branch or tag is a file that names a commit; a commit names itself.
        let root = self.cache.path().join(id.repo().folder_name());
        let commit = std::fs::read_to_string(root.join("refs").join(&id.revision));
        let commit = commit.unwrap_or_else(|_| id.revision.clone());
        let folder = entry.pointer_path(commit.trim());
        folder.is_dir().then_some(folder)
    }

    fn entry(&self, id: &HubId) -> CacheRepo {
        self.cache.repo(id.repo())
    }

    fn download<P: Progress>(
        &self,
        id: &HubId,
        progress: impl Fn() -> P,
        choose: impl Fn(&[String]) -> Result<Vec<String>>,
    ) -> Result<PathBuf> {
        let elsewhere = format!(
            "on a machine with network, run `ember` or `hf download {}` and copy that machine's cache to `{}` (HF_HOME \
             names another place), or give a folder with config.json, weights and tokenizer as the model",
            id.name,
            self.cache.path().display()
        );
        if self.offline {
            return Err(Error::io(format!(
                "`{}` is not in the cache, and downloads are off (--offline or HF_HUB_OFFLINE); {elsewhere}",
                id.name
            )));
        }
        let failed = |e: ApiError| failure(id, &e, &elsewhere);
        let repo = self.repo(id).map_err(failed)?;
        let info = repo.info().map_err(failed)?;
        let names: Vec<String> = info.siblings.into_iter().map(|file| file.rfilename).collect();
        for name in choose(&names)? {
            if self.entry(id).get(&name).is_none() {
                repo.download_with_progress(&name, progress()).map_err(failed)?;
            }
        }
        Ok(self.entry(id).pointer_path(&info.sha))
    }

    fn repo(&self, id: &HubId) -> Result<ApiRepo, ApiError> {
        let mut api = ApiBuilder::from_cache(self.cache.clone()).with_progress(false).with_retries(3);
        if let Ok(endpoint) = std::env::var("HF_ENDPOINT") {
            api = api.with_endpoint(endpoint);
        }
        if let Ok(token) = std::env::var("HF_TOKEN") {
            api = api.with_token(Some(token));
        }
        Ok(api.build()?.repo(id.repo()))
    }
}

impl HubId {
    fn repo(&self) -> Repo {
        Repo::with_revision(self.name.clone(), RepoType::Model, self.revision.clone())
    }
}

/// A failed request, in words for the person who asked.
fn failure(id: &HubId, error: &ApiError, elsewhere: &str) -> Error {
    let text = error.to_string();
    if text.contains("401") || text.contains("403") || text.contains("404") {
        return Error::io(format!(
            "the hub has no model `{}` at `{}` for you ({text}); check the id, and set HF_TOKEN if the model is private",
            id.name, id.revision
        ));
    }
    Error::io(format!(
        "`{}` is not in the cache, and the hub cannot be reached ({text}); {elsewhere}",
        id.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> HubId {
        text.parse().expect("an id")
    }

    #[test]
    fn ids_are_names_with_an_owner_and_a_revision() {
        let full = id("togethercomputer/m2-bert-80M-8k-retrieval@refs/pr/1");
        assert_eq!(full.name, "togethercomputer/m2-bert-80M-8k-retrieval");
        assert_eq!(full.revision, "refs/pr/1");
        assert_eq!(id("bert-base-uncased").revision, "main");
        for text in ["", "a/b/c", "/a", "a/", "../a", "a/..", "~/models", "C:\\m", "a b", "a/b@", "a/b@../x"]
        {
            assert!(text.parse::<HubId>().is_err(), "{text}");
        }
    }

    /// A cache as the hub's programs lay it out, with these files in one snapshot.
    fn cache(name: &str, files: &[&str]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("ember-hub-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        let model = path.join("models--owner--model");
        let snapshot = model.join("snapshots/0123abcd");
        std::fs::create_dir_all(&snapshot).expect("a folder");
        std::fs::create_dir_all(model.join("refs")).expect("a folder");
        std::fs::write(model.join("refs/main"), "0123abcd").expect("a file");
        for file in files {
            std::fs::write(snapshot.join(file), "{}").expect("a file");
        }
        path
    }

    #[test]
    fn a_filled_cache_is_enough_offline() -> Result<()> {
        let path = cache("whole", &["config.json", "pytorch_model.bin", "vocab.txt"]);
        let hub = Hub::new(path.clone(), true);
        for name in ["owner/model", "owner/model@main", "owner/model@0123abcd"] {
            let folder = hub.model(&id(name), || ())?;
            assert!(folder.ends_with("models--owner--model/snapshots/0123abcd"), "{}", folder.display());
            assert_eq!(hub.tokenizer(&id(name), || ())?, folder);
        }
        std::fs::remove_dir_all(path).expect("removed");
        Ok(())
    }

    #[test]
    fn what_is_not_in_the_cache_is_said_with_what_to_do() {
        let path = cache("part", &["config.json"]);
        let hub = Hub::new(path.clone(), true);
        for name in ["owner/model", "owner/other", "owner/model@v2"] {
            let message = hub.model(&id(name), || ()).expect_err("no weights").to_string();
            let parts = ["is not in the cache", "hf download owner/", "HF_HOME", &path.display().to_string()];
            assert!(parts.iter().all(|p| message.contains(p)), "{message}");
        }
        std::fs::remove_dir_all(path).expect("removed");
    }
}
