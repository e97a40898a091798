//! The rules of ONNX that a file can be held to without running it: those of Python's `onnx.checker`, and
//! some that only a loader asks for.
//!
//! * the file: versions and sets of operators, names of graphs and functions, functions that call
//!   themselves or grow without end,
//! * graphs: every value has one definition, nodes come after what they need, results exist,
//! * nodes: operators of the standard domains are known in the imported version, have as many inputs and
//!   results as they may, and attributes of the right types, none missing,
//! * tensors: the data is as long as dims and element type say; in other files too, which lie in the
//!   model's folder.
//!
//! What types an operator takes and which shapes come out of it is ONNX Runtime's to say.

mod attribute;
mod external;
mod functions;
mod graph;
mod node;
mod operators;
mod tensor;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use runtime_core::{Error, Result};

use super::proto::{IR_VERSION, ModelProto, OperatorSetIdProto};
use crate::codes::RT_ERROR_TORCH_ONNX_MODEL;
use external::Folder;

/// How much is asked of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rigour {
    /// Everything that `onnx.checker` asks for.
    Checker,
    /// Not what loaders do without: names of graphs, shapes of inputs and results, properties that come once.
    Loader,
}

/// What is wrong, in words.
type Verdict = std::result::Result<(), String>;

/// Checks a model whose file is at `path`. Returns how many of its tensors are in other files.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_MODEL` with what is wrong, and where.
pub fn model(model: &ModelProto, path: &Path, rigour: Rigour) -> Result<usize> {
    let folder = Folder::of(path);
    check(model, &folder, rigour)
        .map_err(|reason| Error::new(RT_ERROR_TORCH_ONNX_MODEL, reason))?;
    Ok(folder.tensors())
}

/// What is the same everywhere in a model.
struct Context<'m> {
    ir_version: i64,
    rigour: Rigour,
    /// The imported versions: the model's, or those of the function that is looked at.
    opsets: HashMap<&'m str, i64>,
    /// The model's own operators: domain, name, overload.
    functions: &'m HashSet<(&'m str, &'m str, &'m str)>,
    folder: &'m Folder,
    /// Whether this is a function, where attributes may be those of the caller.
    is_function: bool,
}

/// The standard domain goes by two names.
fn domain(name: &str) -> &str {
    if name == "ai.onnx" { "" } else { name }
}

fn opsets(imported: &[OperatorSetIdProto]) -> HashMap<&str, i64> {
    imported.iter().map(|set| (domain(&set.domain), set.version)).collect()
}

fn check(model: &ModelProto, folder: &Folder, rigour: Rigour) -> Verdict {
    if model.ir_version < 1 {
        return Err(String::from("the file is no ONNX model: it has no ir_version"));
    }
    if model.ir_version > IR_VERSION {
        return Err(format!(
            "ir_version {} is newer than {IR_VERSION}, which is the newest known",
            model.ir_version
        ));
    }
    if rigour == Rigour::Checker {
        unique("metadata_props", model.metadata_props.iter().map(|entry| entry.key.as_str()))?;
    }
    match (model.ir_version >= 3, model.opset_import.is_empty()) {
        (true, true) => return Err(String::from("no set of operators is imported")),
        (false, false) => {
            return Err(String::from("opset_import needs an ir_version of 3 or more"));
        }
        _ => {}
    }
    if let Some(set) = model.opset_import.iter().find(|set| set.version < 1) {
        return Err(format!("opset_import: domain {:?} has version {}", set.domain, set.version));
    }
    let functions = functions::check_names(&model.functions)?;
    let mut context = Context {
        ir_version: model.ir_version,
        rigour,
        opsets: opsets(&model.opset_import),
        functions: &functions,
        folder,
        is_function: false,
    };
    if model.ir_version < 3 {
        context.opsets.insert("", 1);
    }
    let graph = model.graph.as_ref().ok_or("the model has no graph")?;
    for function in &model.functions {
        functions::check(function, &context)
            .map_err(|reason| format!("function {:?}: {reason}", function.name))?;
    }
    functions::check_calls(&model.functions, graph)?;
    graph::check(graph, None, &context)
}

/// Refuses a name that comes twice.
fn unique<'n>(what: &str, names: impl IntoIterator<Item = &'n str>) -> Verdict {
    let mut known = HashSet::new();
    match names.into_iter().find(|name| !known.insert(*name)) {
        Some(name) => Err(format!("{what}: {name:?} comes twice")),
        None => Ok(()),
    }
}
