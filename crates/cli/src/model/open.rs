//! Finds the model that `--model` names: a path, or an id on the hub.

use super::args::ModelArgs;
use crate::terminal;
use emberforge_base::{Error, Result};
use emberforge_m2::Pretrained;
use emberforge_m2::hub::{Hub, HubId};
use std::path::{Path, PathBuf};

/// The tokenizer of all published models, whose repositories may hold none.
const USUAL_TOKENIZER: &str = "bert-base-uncased";

/// Opens the model and its tokenizer; downloads them if they are an id that is not in the cache.
pub(crate) fn open(args: &ModelArgs) -> Result<Pretrained> {
    let path = Path::new(&args.model);
    let (folder, from_hub) = if path.exists() {
        (path.to_path_buf(), false)
    } else {
        let (hub, id) = on_hub(&args.model, args.offline)?;
        (hub.model(&id, terminal::download_bar).map_err(|e| no_path(&args.model, &e))?, true)
    };
    let tokenizer = match &args.tokenizer {
        Some(place) if Path::new(place).exists() => Some(PathBuf::from(place)),
        Some(place) => Some(tokenizer(place, args.offline)?),
        None if from_hub && !["tokenizer.json", "vocab.txt"].iter().any(|f| folder.join(f).is_file()) => {
            terminal::err(&format!(
                "`{}` holds no tokenizer: taking that of {USUAL_TOKENIZER}\n",
                args.model
            ));
            Some(tokenizer(USUAL_TOKENIZER, args.offline)?)
        }
        None => None,
    };
    Pretrained::open(folder, tokenizer.as_deref())
}

fn tokenizer(place: &str, offline: bool) -> Result<PathBuf> {
    let (hub, id) = on_hub(place, offline)?;
    hub.tokenizer(&id, terminal::download_bar).map_err(|e| no_path(place, &e))
}

fn on_hub(place: &str, offline: bool) -> Result<(Hub, HubId)> {
    let id = place.parse::<HubId>().map_err(|e| no_path(place, &e))?;
    let hub = Hub::from_env()?;
    Ok((if offline { hub.offline() } else { hub }, id))
}

/// What is no path was taken for an id; the user may have meant a path.
fn no_path(place: &str, error: &Error) -> Error {
    Error::new(error.kind(), format!("there is no file or folder `{place}`; as a model on the hub: {error}"))
}
