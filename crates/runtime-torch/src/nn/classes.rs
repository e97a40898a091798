//! The classes of modules by their names in Python.

use runtime_core::{Error, Result};

use super::module::Module;
use super::{container, linear};
use crate::codes;
use crate::options::Options;

type Create = fn(Options) -> Result<Module>;

/// Every class, in the order of the alphabet.
const CLASSES: &[(&str, Create)] = &[
    ("Bilinear", linear::Bilinear::from_options),
    ("Flatten", linear::Flatten::from_options),
    ("Identity", linear::Identity::from_options),
    ("Linear", linear::Linear::from_options),
    ("ModuleList", container::ModuleList::from_options),
    ("Sequential", container::Sequential::from_options),
    ("Unflatten", linear::Unflatten::from_options),
];

/// A new module of the class that Python calls `class`.
///
/// # Errors
/// `RT_ERROR_TORCH_OPTION` when there is no such class, and what the class refuses.
pub(super) fn create(class: &str, options: Options) -> Result<Module> {
    let found = CLASSES.binary_search_by_key(&class, |(name, _)| name);
    let create = found.ok().and_then(|position| CLASSES.get(position));
    let (_, create) = create.ok_or_else(|| {
        let text = format!("there is no class {class:?} of modules: {}", names().join(", "));
        Error::new(codes::RT_ERROR_TORCH_OPTION, text)
    })?;
    create(options)
}

/// The names of all classes.
pub fn names() -> Vec<&'static str> {
    CLASSES.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_in_order() {
        assert!(names().is_sorted());
    }
}
