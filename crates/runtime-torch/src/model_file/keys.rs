//! Keys of dicts, as Python tells them apart: `1`, `1.0` and `True` are one key.

use std::collections::HashSet;

use torch_shim::Value;

#[derive(PartialEq, Eq, Hash)]
enum Key<'v> {
    None,
    Int(i64),
    /// A float that is no int, by its bits.
    Float(u64),
    Text(&'v str),
    Tuple(Vec<Key<'v>>),
}

/// Whether all keys can be keys in Python, and no two of them are the same there.
///
/// # Errors
/// The text of why not.
pub(super) fn check(pairs: &[(Value, Value)]) -> Result<(), String> {
    let mut seen = HashSet::with_capacity(pairs.len());
    for (key, _) in pairs {
        if !seen.insert(of(key)?) {
            return Err(format!("a dict has the key {} twice", shown(key)));
        }
    }
    Ok(())
}

fn of(value: &Value) -> Result<Key<'_>, String> {
    Ok(match value {
        Value::None => Key::None,
        Value::Bool(value) => Key::Int(i64::from(*value)),
        Value::Int(value) => Key::Int(*value),
        Value::Float(value) => {
            // The conversion keeps to the range, and what was changed by it is not equal any more. The
            // largest int is no float, and the float above it becomes that int.
            let int = *value as i64;
            match value {
                value if value.is_nan() => Key::Float(f64::NAN.to_bits()),
                value if int as f64 == *value && int != i64::MAX => Key::Int(int),
                value => Key::Float(value.to_bits()),
            }
        }
        Value::Text(text) => Key::Text(text),
        Value::Tuple(items) => Key::Tuple(items.iter().map(of).collect::<Result<_, _>>()?),
        Value::Tensor(_) => return Err(String::from("a dict's key is a tensor")),
        Value::List(_) => return Err(String::from("a dict's key is an array")),
        Value::Dict(_) => return Err(String::from("a dict's key is a dict")),
    })
}

fn shown(key: &Value) -> String {
    match key {
        Value::Text(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Tuple(_) => String::from("of a tuple"),
        _ => String::from("nil"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(keys: Vec<Value>) -> Result<(), String> {
        let pairs: Vec<_> = keys.into_iter().map(|key| (key, Value::None)).collect();
        check(&pairs)
    }

    #[test]
    fn keys_are_told_apart_as_python_does() {
        use Value::{Bool, Float, Int, List, None, Text, Tuple};
        let text = |text| Text(String::from(text));
        checked(vec![Int(1), text("1"), Float(1.5), None, Tuple(vec![Int(1)])]).unwrap();
        checked(vec![Float(9_223_372_036_854_775_807.0), Int(i64::MAX)]).unwrap();
        checked(vec![Float(f64::INFINITY), Float(f64::NEG_INFINITY), Int(i64::MIN)]).unwrap();
        for same in [
            vec![Int(1), Float(1.0)],
            vec![Int(0), Bool(false)],
            vec![Float(-0.0), Int(0)],
            vec![Float(f64::NAN), Float(-f64::NAN)],
            vec![Tuple(vec![Bool(true), text("a")]), Tuple(vec![Int(1), text("a")])],
            vec![text("a"), text("a")],
        ] {
            assert!(checked(same).unwrap_err().contains("twice"));
        }
        assert_eq!(checked(vec![List(vec![])]).unwrap_err(), "a dict's key is an array");
        assert!(checked(vec![Tuple(vec![List(vec![])])]).is_err());
    }
}
