//! Reading the C side of a crate out of its sources: exported functions, types and constants.
//!
//! The sources are read, not built, so a header takes no compilation. What reading cannot see is
//! refused: exports that a macro makes, exports behind a `cfg`, and files of the border that no
//! `mod` line names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Item, ItemConst, ItemFn, Type, Visibility};

use crate::workspace::{Package, files};
use crate::{Result, docs};

/// The C side of one crate.
pub struct Area {
    /// The numbers for C: every public constant whose name begins with `RT_`.
    pub constants: Vec<ItemConst>,
    /// The functions, one section per file of the border, in the order of its `mod` lines.
    pub sections: Vec<Section>,
}

/// The C side of one source file.
pub struct Section {
    /// The file's name where the border has several, empty where it is one file.
    pub title: String,
    /// Exported functions, and the public types and aliases that stand between them.
    pub items: Vec<Item>,
}

impl Area {
    /// Reads the crate's sources.
    pub fn read(package: &Package) -> Result<Self> {
        let border = package.border().ok_or_else(|| {
            format!("{} is linked by the facade but has no src/ffi.rs", package.name())
        })?;
        let mut reader = Border::default();
        reader.read_file(&border, String::new())?;
        let constants = reader.read_the_rest(package)?;
        reader.sections.retain(|section| !section.items.is_empty());
        Ok(Self { constants, sections: reader.sections })
    }

    /// The names of the exported functions.
    pub fn function_names(&self) -> impl Iterator<Item = String> {
        self.sections.iter().flat_map(|section| &section.items).filter_map(|item| match item {
            Item::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        })
    }
}

/// The files of a border, as they are being read.
#[derive(Default)]
struct Border {
    sections: Vec<Section>,
    seen: BTreeSet<PathBuf>,
}

impl Border {
    fn read_file(&mut self, path: &Path, title: String) -> Result<()> {
        let source = parse(path)?;
        self.seen.insert(path.to_path_buf());
        let place = self.sections.len();
        self.sections.push(Section { title, items: Vec::new() });
        self.read_items(path, place, source.items)
    }

    fn read_items(&mut self, path: &Path, place: usize, items: Vec<Item>) -> Result<()> {
        for item in items {
            match item {
                Item::Fn(function) if is_exported(&function.attrs) => {
                    let function = for_c(function, path)?;
                    self.sections[place].items.push(Item::Fn(function));
                }
                Item::Struct(item) if is_public(&item.vis) => {
                    self.sections[place].items.push(Item::Struct(item));
                }
                Item::Type(item) if is_public(&item.vis) => {
                    self.sections[place].items.push(Item::Type(item));
                }
                Item::Mod(module) if !is_for_tests(&module.attrs) => match module.content {
                    Some((_, items)) => self.read_items(path, place, items)?,
                    None => {
                        let name = module.ident.to_string();
                        self.read_file(&module_file(path, &name)?, name)?;
                    }
                },
                Item::Macro(item) if mentions_export(&item) => {
                    return Err(format!(
                        "{}: a macro makes exported functions; their signatures must be written \
                         by hand, so that the header has them",
                        path.display()
                    )
                    .into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The constants of all files, and the rule that nothing outside of the border is exported.
    fn read_the_rest(&self, package: &Package) -> Result<Vec<ItemConst>> {
        let source = package.folder().join("src");
        let mut constants = Vec::new();
        for path in files(&source, "rs")? {
            let text = fs::read_to_string(&path)?;
            if !self.seen.contains(&path) {
                if path.starts_with(source.join("ffi")) {
                    return Err(format!("{}: no `mod` line names this file", path.display()).into());
                }
                if text.contains("no_mangle") {
                    return Err(format!(
                        "{}: functions are exported from src/ffi only",
                        path.display()
                    )
                    .into());
                }
            }
            if text.contains("pub const RT_") {
                collect_constants(parse(&path)?.items, &path, &mut constants)?;
            }
        }
        Ok(constants)
    }
}

fn parse(path: &Path) -> Result<syn::File> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()).into())
}

fn module_file(parent: &Path, name: &str) -> Result<PathBuf> {
    let folder = match parent.file_name() {
        Some(file) if file == "mod.rs" => parent.with_file_name(""),
        _ => parent.with_extension(""),
    };
    [folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs")]
        .into_iter()
        .find(|path| path.is_file())
        .ok_or_else(|| format!("{}: the file of `mod {name}` is missing", parent.display()).into())
}

/// The function as the header generator needs it: without a body, documented, its types known to C.
fn for_c(mut function: ItemFn, path: &Path) -> Result<ItemFn> {
    let name = function.sig.ident.to_string();
    let wrong = |what: &str| format!("{}: {name} {what}", path.display());
    if !(name.starts_with("rt_") || name.starts_with("simple_")) {
        return Err(
            wrong("is exported under a name that begins with neither rt_ nor simple_").into()
        );
    }
    if !is_public(&function.vis) {
        return Err(wrong("is exported but not `pub`").into());
    }
    let abi = function.sig.abi.as_ref().and_then(|abi| abi.name.as_ref());
    if abi.is_none_or(|abi| abi.value() != "C") {
        return Err(wrong("is exported but not `extern \"C\"`").into());
    }
    if function.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
        return Err(
            wrong("is exported under a `cfg`; a function of the header is always there").into()
        );
    }
    if !function.attrs.iter().any(|attribute| attribute.path().is_ident("doc")) {
        return Err(wrong("has no doc comment, and so no word in the header").into());
    }
    for input in &function.sig.inputs {
        if let syn::FnArg::Typed(argument) = input {
            check_type(&argument.ty).map_err(|what| wrong(&what))?;
        }
    }
    if let syn::ReturnType::Type(_, returned) = &function.sig.output {
        check_type(returned).map_err(|what| wrong(&what))?;
    }
    docs::for_c(&mut function.attrs).map_err(|what| wrong(&what))?;
    function.block.stmts.clear();
    Ok(function)
}

/// Types whose C form is the same on every platform that the runtime knows.
fn check_type(ty: &Type) -> std::result::Result<(), String> {
    const KNOWN: &[&str] = &[
        "i8",
        "i16",
        "i32",
        "i64",
        "u8",
        "u16",
        "u32",
        "u64",
        "f32",
        "f64",
        "bool",
        "RuntimeValue",
        "c_char",
        "c_void",
    ];
    match ty {
        Type::Ptr(pointer) => check_type(&pointer.elem),
        Type::BareFn(_) => Ok(()),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(()),
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else { return Ok(()) };
            let name = last.ident.to_string();
            let is_ours = name.starts_with("Rt") || name.starts_with("Simple");
            if KNOWN.contains(&name.as_str()) || is_ours || name == "Option" {
                return Ok(());
            }
            Err(format!("has the type {name}, which the header does not know"))
        }
        other => Err(format!("has the type `{}`, which is not C's", other.to_token_stream())),
    }
}

fn collect_constants(items: Vec<Item>, path: &Path, found: &mut Vec<ItemConst>) -> Result<()> {
    for item in items {
        match item {
            Item::Mod(module) if !is_for_tests(&module.attrs) => {
                if let Some((_, items)) = module.content {
                    collect_constants(items, path, found)?;
                }
            }
            Item::Const(mut constant) if is_public(&constant.vis) => {
                let name = constant.ident.to_string();
                if !name.starts_with("RT_") {
                    continue;
                }
                let wrong = |what: &str| format!("{}: {name} {what}", path.display());
                let value = &*constant.expr;
                let negated = matches!(value, syn::Expr::Unary(sign)
                    if matches!(*sign.expr, syn::Expr::Lit(_)));
                if !(negated || matches!(value, syn::Expr::Lit(_))) {
                    return Err(wrong("is for C, so its value must be written as a number").into());
                }
                if !constant.attrs.iter().any(|attribute| attribute.path().is_ident("doc")) {
                    return Err(wrong("has no doc comment, and so no word in the header").into());
                }
                docs::for_c(&mut constant.attrs).map_err(|what| wrong(&what))?;
                found.push(constant);
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_exported(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.meta.to_token_stream().to_string();
        text.contains("no_mangle") || text.contains("export_name")
    })
}

fn mentions_export(item: &syn::ItemMacro) -> bool {
    let text = item.mac.tokens.to_string();
    text.contains("no_mangle") || text.contains("export_name")
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.to_token_stream().to_string().contains("test")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(text: &str) -> std::result::Result<ItemFn, String> {
        let parsed: ItemFn = syn::parse_str(text).unwrap();
        for_c(parsed, Path::new("ffi.rs")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_export_must_be_fit_for_the_header() {
        let good = "/// Says hello.\n#[unsafe(no_mangle)] pub extern \"C\" fn rt_hello(n: i64) {}";
        assert!(function(good).is_ok());
        for (from, to, complaint) in [
            ("/// Says hello.\n", "", "no doc comment"),
            ("rt_hello", "hello", "neither rt_ nor simple_"),
            ("pub extern", "extern", "not `pub`"),
            ("extern \"C\" ", "", "not `extern \"C\"`"),
            ("n: i64", "n: usize", "the type usize"),
            ("n: i64", "n: &[u8]", "is not C's"),
            ("/// Says", "#[cfg(unix)]\n/// Says", "under a `cfg`"),
            ("hello.\n", "hello */.\n", "end a C comment"),
        ] {
            let refused = function(&good.replacen(from, to, 1)).unwrap_err();
            assert!(refused.contains(complaint), "{refused}");
        }
    }
}
