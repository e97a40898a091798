//! The operators of the standard domains: what each takes in which version. The list is operators.txt, which
//! oracle/make_onnx_operators.py writes from Python's package.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::proto::AttributeType;

/// An operator as it is from one version of its domain on.
pub(super) struct Operator {
    since: i64,
    is_deprecated: bool,
    pub(super) inputs: Count,
    pub(super) outputs: Count,
    pub(super) attributes: Vec<Attribute>,
}

/// How many inputs or results an operator takes, and which of them must be there.
pub(super) struct Count {
    pub(super) least: usize,
    pub(super) most: usize,
    /// One letter for each: `1` needed, `?` optional, `*` as many as there are.
    pattern: &'static [u8],
}

/// An attribute that an operator takes.
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) kind: AttributeType,
    pub(super) is_required: bool,
}

impl Operator {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Count {
    /// Whether the one at this position must not be left out.
    pub(super) fn is_needed(&self, position: usize) -> bool {
        self.pattern.get(position) == Some(&b'1')
    }
}

/// The operators, by domain and name, each with its versions in ascending order.
static OPERATORS: LazyLock<HashMap<&str, HashMap<&str, Vec<Operator>>>> = LazyLock::new(|| {
    let mut operators: HashMap<_, HashMap<_, Vec<_>>> = HashMap::new();
    for line in include_str!("operators.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(((domain, name), operator)) = read(line) {
            operators.entry(domain).or_default().entry(name).or_default().push(operator);
        }
    }
    for versions in operators.values_mut().flat_map(HashMap::values_mut) {
        versions.sort_by_key(|operator| operator.since);
    }
    operators
});

/// The operator in a version of its domain: `None` for domains that are not ours to know, an error for one
/// that the domain does not have, or not any more.
pub(super) fn find(
    domain: &str,
    name: &str,
    version: i64,
) -> Option<Result<&'static Operator, String>> {
    let operators = OPERATORS.get(domain)?;
    let shown = if domain.is_empty() { "ai.onnx" } else { domain };
    let versions = operators.get(name).map(Vec::as_slice).unwrap_or_default();
    let found = versions.iter().rfind(|operator| operator.since <= version);
    Some(match found {
        Some(operator) if operator.is_deprecated => {
            Err(format!("operator {name} is not any more in version {version} of {shown}"))
        }
        Some(operator) => Ok(operator),
        None => Err(format!("there is no operator {name} in version {version} of {shown}")),
    })
}

/// Reads a line: domain, name, version, whether it was removed, the counts, the patterns, the attributes.
fn read(line: &'static str) -> Option<((&'static str, &'static str), Operator)> {
    let mut words = line.split(' ');
    let domain = words.next()?;
    let name = words.next()?;
    let since = words.next()?.parse().ok()?;
    let is_deprecated = words.next()? == "removed";
    let mut count = || {
        let (least, rest) = words.next()?.split_once('-')?;
        let (most, pattern) = rest.split_once('/')?;
        let most = if most == "*" { usize::MAX } else { most.parse().ok()? };
        Some(Count { least: least.parse().ok()?, most, pattern: pattern.as_bytes() })
    };
    let (inputs, outputs) = (count()?, count()?);
    let attributes = words.map(attribute).collect::<Option<_>>()?;
    let domain = if domain == "ai.onnx" { "" } else { domain };
    Some(((domain, name), Operator { since, is_deprecated, inputs, outputs, attributes }))
}

fn attribute(word: &'static str) -> Option<Attribute> {
    let (name, kind) = word.split_once(':')?;
    let (kind, is_required) = match kind.strip_suffix('!') {
        Some(kind) => (kind, true),
        None => (kind, false),
    };
    let kind = match kind {
        "float" => AttributeType::Float,
        "int" => AttributeType::Int,
        "string" => AttributeType::String,
        "tensor" => AttributeType::Tensor,
        "graph" => AttributeType::Graph,
        "sparse_tensor" => AttributeType::SparseTensor,
        "type_proto" => AttributeType::TypeProto,
        "floats" => AttributeType::Floats,
        "ints" => AttributeType::Ints,
        "strings" => AttributeType::Strings,
        "tensors" => AttributeType::Tensors,
        "graphs" => AttributeType::Graphs,
        "sparse_tensors" => AttributeType::SparseTensors,
        "type_protos" => AttributeType::TypeProtos,
        _ => return None,
    };
    Some(Attribute { name, kind, is_required })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("operators.txt").lines().filter(|line| !line.starts_with('#'));
        let mut count = 0;
        for line in lines {
            assert!(read(line).is_some(), "{line}");
            count += 1;
        }
        assert!(count > 500);
    }

    #[test]
    fn versions_count() {
        let find = |name, version| find("", name, version).unwrap().map(|found| found.since);
        assert_eq!(find("Gemm", 12), Ok(11));
        assert_eq!(find("Gemm", 13), Ok(13));
        assert_eq!(find("Gemm", 1000), Ok(13));
        assert!(find("LayerNormalization", 16).unwrap_err().contains("no operator"));
        assert!(find("Upsample", 10).unwrap_err().contains("not any more"));
        assert!(super::find("com.example", "Anything", 1).is_none());
    }
}
