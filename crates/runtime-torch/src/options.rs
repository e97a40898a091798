//! Options as PyTorch names them, out of a dict: each one read once, none left over.

use std::cell::RefCell;

use runtime_core::{Error, Result};
use runtime_value::{Dict, RuntimeValue, Str, View, view};
use tch::Tensor;

use crate::{arguments, codes, objects};

/// The keyword arguments of a class or function, as a dict of the language gives them.
///
/// Reading an option names it; [`finish`](Self::finish) refuses what nobody named. NIL stands for
/// no options at all, and an option that is NIL for Python's `None`.
pub struct Options {
    /// What the options belong to, for errors: `Conv2d`, `SGD`.
    owner: String,
    dict: Option<Dict>,
    known: RefCell<Vec<&'static str>>,
}

impl Options {
    /// The options of `owner` in the argument `name`.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE` when the value is neither a dict nor NIL.
    pub fn of(owner: &str, name: &str, value: RuntimeValue) -> Result<Self> {
        let dict = match value {
            RuntimeValue::NIL => None,
            value => Some(Dict::of(name, value)?),
        };
        Ok(Self { owner: String::from(owner), dict, known: RefCell::default() })
    }

    /// The option's value, if it is there. One that is NIL counts as there.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn value(&self, option: &'static str) -> Result<Option<RuntimeValue>> {
        self.known.borrow_mut().push(option);
        let Some(dict) = self.dict else { return Ok(None) };
        // Keys are compared by content, so the dict is searched with the text itself.
        let found = dict.iter().find(|(key, _)| {
            Str::find(*key).is_some_and(|key| key.as_bytes() == option.as_bytes())
        });
        Ok(found.map(|(_, value)| value))
    }

    /// Whether the option was given, and not as NIL.
    ///
    /// # Errors
    /// As [`value`](Self::value).
    pub fn has(&self, option: &'static str) -> Result<bool> {
        Ok(self.given(option)?.is_some())
    }

    /// An int.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn int(&self, option: &'static str, default: i64) -> Result<i64> {
        Ok(self.optional_int(option)?.unwrap_or(default))
    }

    /// An int that has no default.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is missing or something else.
    pub fn required_int(&self, option: &'static str) -> Result<i64> {
        self.optional_int(option)?.ok_or_else(|| self.missing(option))
    }

    /// An int or nothing.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn optional_int(&self, option: &'static str) -> Result<Option<i64>> {
        let given = self.given(option)?;
        given.map(|value| value.to_int().map_err(|_| self.wrong(option, value, "int"))).transpose()
    }

    /// A float; an int will do.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn float(&self, option: &'static str, default: f64) -> Result<f64> {
        Ok(self.optional_float(option)?.unwrap_or(default))
    }

    /// A float or nothing.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn optional_float(&self, option: &'static str) -> Result<Option<f64>> {
        let given = self.given(option)?;
        given
            .map(|value| value.to_float().map_err(|_| self.wrong(option, value, "float")))
            .transpose()
    }

    /// A bool; ints count as in Python.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn bool(&self, option: &'static str, default: bool) -> Result<bool> {
        let Some(value) = self.given(option)? else { return Ok(default) };
        bool::try_from(value)
            .or_else(|_| value.to_int().map(|int| int != 0))
            .map_err(|_| self.wrong(option, value, "bool"))
    }

    /// A text.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else.
    pub fn text(&self, option: &'static str, default: &str) -> Result<String> {
        let Some(value) = self.given(option)? else { return Ok(String::from(default)) };
        arguments::text(option, value).map_err(|_| self.wrong(option, value, "text"))
    }

    /// One of several words.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is another.
    pub fn choice(
        &self,
        option: &'static str,
        default: &'static str,
        allowed: &[&'static str],
    ) -> Result<&'static str> {
        let word = self.text(option, default)?;
        allowed.iter().find(|choice| **choice == word).copied().ok_or_else(|| {
            self.refuse(option, format!("{word:?} is none of {}", allowed.join(", ")))
        })
    }

    /// An int for each of `N` dimensions; one int stands for all.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else, or of another length.
    pub fn sizes<const N: usize>(
        &self,
        option: &'static str,
        default: [i64; N],
    ) -> Result<[i64; N]> {
        Ok(self.optional_sizes(option)?.unwrap_or(default))
    }

    /// As [`sizes`](Self::sizes), or nothing.
    ///
    /// # Errors
    /// As [`sizes`](Self::sizes).
    pub fn optional_sizes<const N: usize>(&self, option: &'static str) -> Result<Option<[i64; N]>> {
        let Some(value) = self.given(option)? else { return Ok(None) };
        if let Ok(int) = value.to_int() {
            return Ok(Some([int; N]));
        }
        let wanted = || self.wrong(option, value, &format!("int or array of {N} ints"));
        let ints = arguments::ints(option, value).map_err(|_| wanted())?;
        <[i64; N]>::try_from(ints).map(Some).map_err(|_| wanted())
    }

    /// Floats, all of them needed: `betas`.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` when it is something else, or of another length.
    pub fn floats<const N: usize>(
        &self,
        option: &'static str,
        default: [f64; N],
    ) -> Result<[f64; N]> {
        let Some(value) = self.given(option)? else { return Ok(default) };
        let wanted = || self.wrong(option, value, &format!("array of {N} floats"));
        let floats = arguments::elements(option, value).map_err(|_| wanted())?;
        let floats = floats.into_iter().map(RuntimeValue::to_float).collect::<Result<Vec<_>>>();
        floats.ok().and_then(|floats| <[f64; N]>::try_from(floats).ok()).ok_or_else(wanted)
    }

    /// A tensor or nothing.
    ///
    /// # Errors
    /// Those of a tensor argument.
    pub fn tensor(&self, option: &'static str) -> Result<Option<Tensor>> {
        let given = self.given(option)?;
        given.map(|value| Ok(objects::tensor(option, value)?.shallow_clone())).transpose()
    }

    /// Refuses options that nobody asked for.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` with the first unknown one, and those that there are.
    pub fn finish(self) -> Result<()> {
        let Some(dict) = self.dict else { return Ok(()) };
        let known = self.known.borrow();
        for (key, _) in dict.iter() {
            let name = Str::of("an option's name", key)?;
            if !known.iter().any(|option| option.as_bytes() == name.as_bytes()) {
                let mut names: Vec<&str> = known.clone();
                names.sort_unstable();
                names.dedup();
                return Err(Error::new(
                    codes::RT_ERROR_TORCH_OPTION,
                    format!(
                        "{} has no option {:?}; it has {}",
                        self.owner,
                        String::from_utf8_lossy(name.as_bytes()),
                        names.join(", ")
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The error for an option whose value will not do, and why.
    #[cold]
    pub fn refuse(&self, option: &str, why: impl AsRef<str>) -> Error {
        let text = format!("{}: {option} {}", self.owner, why.as_ref());
        Error::new(codes::RT_ERROR_TORCH_OPTION, text)
    }

    fn given(&self, option: &'static str) -> Result<Option<RuntimeValue>> {
        Ok(self.value(option)?.filter(|value| *value != RuntimeValue::NIL))
    }

    #[cold]
    fn wrong(&self, option: &str, value: RuntimeValue, wanted: &str) -> Error {
        let name = format!("{}: {option}", self.owner);
        view::wrong_type(&name, value, wanted).with_code(codes::RT_ERROR_TORCH_OPTION)
    }

    #[cold]
    fn missing(&self, option: &str) -> Error {
        self.refuse(option, "is missing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, RuntimeValue)]) -> Options {
        let dict = Dict::new(0).unwrap();
        for (key, value) in pairs {
            dict.insert((*key).into(), *value).unwrap();
        }
        Options::of("Conv2d", "options", dict.value()).unwrap()
    }

    #[test]
    fn options_are_read_by_name() {
        let given = options(&[("stride", 2.into()), ("bias", false.into()), ("p", 1.into())]);
        assert_eq!(given.sizes("stride", [1, 1]).unwrap(), [2, 2]);
        assert!(!given.bool("bias", true).unwrap());
        assert_eq!(given.float("p", 0.5).unwrap(), 1.0);
        assert_eq!(given.int("groups", 1).unwrap(), 1);
        given.finish().unwrap();
    }

    #[test]
    fn an_unknown_option_is_refused() {
        let given = options(&[("strid", 2.into())]);
        assert_eq!(given.int("stride", 1).unwrap(), 1);
        let error = given.finish().unwrap_err();
        assert_eq!(error.reason(), "Conv2d has no option \"strid\"; it has stride");
        let given = options(&[("mode", "cubic".into())]);
        let error = given.choice("mode", "zeros", &["zeros", "reflect"]).unwrap_err();
        assert_eq!(error.reason(), "Conv2d: mode \"cubic\" is none of zeros, reflect");
    }
}
