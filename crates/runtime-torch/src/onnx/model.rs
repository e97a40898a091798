//! Reading a model's file, with nothing believed that it says about itself.

use std::io::Read;
use std::mem::size_of;
use std::path::{Path, PathBuf};

use prost::Message;
use prost::bytes::Bytes;
use runtime_core::{Error, Result};

use super::check::{self, Rigour};
use super::proto::*;
use crate::codes::RT_ERROR_TORCH_ONNX_MODEL;
use crate::regular_file;

/// A model whose rules were checked.
pub struct Model {
    /// Where its file is.
    pub path: PathBuf,
    /// What is in the file.
    pub bytes: Bytes,
    /// The same, decoded. Weights share the file's bytes.
    pub proto: ModelProto,
    /// Whether it has weights in other files.
    pub has_external_data: bool,
}

impl Model {
    /// The model in the file, when it keeps the rules of [`check`].
    ///
    /// # Errors
    /// The system's when the file cannot be read; `RT_ERROR_TORCH_ONNX_MODEL` with what is wrong.
    pub fn read(path: &Path, rigour: Rigour) -> Result<Self> {
        let system = |error: std::io::Error| Error::system("path", &error);
        let (file, length) = regular_file::open(path)?;
        if length > i32::MAX as u64 {
            return Err(wrong("the file is larger than 2 GiB, which no ONNX model may be"));
        }
        let mut bytes = Vec::with_capacity(length as usize);
        // It may have grown since.
        file.take(i32::MAX as u64).read_to_end(&mut bytes).map_err(system)?;
        let bytes = Bytes::from(bytes);
        let proto = decode(&bytes)?;
        let files = check::model(&proto, path, rigour)?;
        Ok(Self { path: path.to_path_buf(), bytes, proto, has_external_data: files > 0 })
    }
}

/// The message in the bytes of a file.
///
/// # Errors
/// `RT_ERROR_TORCH_ONNX_MODEL` when it is none, or one that would fill the memory.
pub fn decode(bytes: &Bytes) -> Result<ModelProto> {
    let mut room = MEMORY_ANYWAY + MEMORY_PER_BYTE * bytes.len();
    weigh(bytes, Kind::Model, DEEPEST, &mut room).map_err(wrong)?;
    ModelProto::decode(bytes.clone()).map_err(|error| {
        let text = error.to_string();
        let reason = text.strip_prefix("failed to decode Protobuf message: ").unwrap_or(&text);
        wrong(format!("the file is no ONNX model: {reason}"))
    })
}

fn wrong(reason: impl Into<String>) -> Error {
    Error::new(RT_ERROR_TORCH_ONNX_MODEL, reason.into())
}

/// What a decoded model may take for each byte of its file, and beyond that. An empty message is two bytes
/// in a file and hundreds in memory; models do not come near this.
const MEMORY_PER_BYTE: usize = 32;
const MEMORY_ANYWAY: usize = 256 << 20;

/// How deep messages may lie in one another, as in every protobuf library.
const DEEPEST: usize = 100;

/// The messages that the decoder makes objects of.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    OperatorSet,
    Entry,
    Graph,
    Node,
    ValueInfo,
    Annotation,
    Attribute,
    Tensor,
    Sparse,
    Shape,
    Axis,
    Type,
    TypeTensor,
    TypeSequence,
    TypeMap,
    Function,
}

impl Kind {
    fn size(self) -> usize {
        match self {
            Self::Model => size_of::<ModelProto>(),
            Self::OperatorSet => size_of::<OperatorSetIdProto>(),
            Self::Entry => size_of::<StringStringEntryProto>(),
            Self::Graph => size_of::<GraphProto>(),
            Self::Node => size_of::<NodeProto>(),
            Self::ValueInfo => size_of::<ValueInfoProto>(),
            Self::Annotation => size_of::<TensorAnnotation>(),
            Self::Attribute => size_of::<AttributeProto>(),
            Self::Tensor => size_of::<TensorProto>(),
            Self::Sparse => size_of::<SparseTensorProto>(),
            Self::Shape => size_of::<TensorShapeProto>(),
            Self::Axis => size_of::<Dimension>(),
            Self::Type => size_of::<TypeProto>(),
            Self::TypeTensor => size_of::<TensorType>(),
            Self::TypeSequence => size_of::<SequenceType>(),
            Self::TypeMap => size_of::<MapType>(),
            Self::Function => size_of::<FunctionProto>(),
        }
    }

    /// The message in a field; `None` for texts and bytes.
    fn field(self, tag: u64) -> Option<Self> {
        Some(match (self, tag) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 8) | (Self::Function, 9) => Self::OperatorSet,
            (Self::Model, 25) => Self::Function,
            (Self::Model, 14)
            | (Self::Graph, 16)
            | (Self::Node, 9)
            | (Self::ValueInfo, 4)
            | (Self::Annotation, 2)
            | (Self::Tensor, 13 | 16)
            | (Self::Function, 14) => Self::Entry,
            (Self::Graph, 1) | (Self::Function, 7) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::Sparse, 1 | 2) => Self::Tensor,
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Self::Sparse,
            (Self::Graph, 11..=13) | (Self::Function, 12) => Self::ValueInfo,
            (Self::Graph, 14) => Self::Annotation,
            (Self::Node, 5) | (Self::Function, 11) => Self::Attribute,
            (Self::Attribute, 14 | 15) | (Self::ValueInfo, 2) | (Self::TypeSequence, 1) => {
                Self::Type
            }
            (Self::TypeMap, 2) => Self::Type,
            (Self::Type, 1 | 8) => Self::TypeTensor,
            (Self::Type, 4 | 9) => Self::TypeSequence,
            (Self::Type, 5) => Self::TypeMap,
            (Self::TypeTensor, 2) => Self::Shape,
            (Self::Shape, 1) => Self::Axis,
            _ => return None,
        })
    }
}

/// Walks over a message without making anything of it, and takes from `room` what its objects would need.
fn weigh(
    mut bytes: &[u8],
    kind: Kind,
    depth: usize,
    room: &mut usize,
) -> std::result::Result<(), &'static str> {
    const CUT: &str = "the file is no ONNX model: it is cut off, or no protobuf message";
    if depth == 0 {
        return Err("the file is no ONNX model: its messages are nested too deeply");
    }
    take(room, kind.size())?;
    while !bytes.is_empty() {
        let key = varint(&mut bytes).ok_or(CUT)?;
        let length = match key & 7 {
            0 => {
                varint(&mut bytes).ok_or(CUT)?;
                continue;
            }
            1 => 8,
            2 => usize::try_from(varint(&mut bytes).ok_or(CUT)?).map_err(|_| CUT)?,
            5 => 4,
            // Groups, which are in no ONNX file.
            _ => return Err(CUT),
        };
        let (content, rest) = bytes.split_at_checked(length).ok_or(CUT)?;
        bytes = rest;
        if key & 7 == 2 {
            match kind.field(key >> 3) {
                Some(inner) => weigh(content, inner, depth - 1, room)?,
                None => take(room, size_of::<String>())?,
            }
        }
    }
    Ok(())
}

fn take(room: &mut usize, size: usize) -> std::result::Result<(), &'static str> {
    let left = room.checked_sub(size);
    *room =
        left.ok_or("the file has more empty messages than any ONNX model, to fill the memory")?;
    Ok(())
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        // A node (tag 1) with twenty million empty attributes (tag 5) in a graph (tag 7) of a model.
        let count = 20_000_000_usize;
        let field = |tag: u8, content: &[u8]| {
            let mut bytes = vec![tag << 3 | 2];
            prost::encoding::encode_varint(content.len() as u64, &mut bytes);
            bytes.extend_from_slice(content);
            bytes
        };
        let attributes = [5 << 3 | 2, 0].repeat(count);
        let bytes = field(7, &field(1, &attributes));
        let error = decode(&Bytes::from(bytes)).unwrap_err();
        assert!(error.reason().contains("to fill the memory"), "{}", error.reason());
    }

    #[test]
    fn messages_are_not_followed_forever() {
        // Attributes with graphs with nodes with attributes with graphs.
        let mut bytes = Vec::new();
        for level in 0..201 {
            let tag = [6, 5, 1][level % 3];
            let mut outer = vec![tag << 3 | 2];
            prost::encoding::encode_varint(bytes.len() as u64, &mut outer);
            outer.append(&mut bytes);
            bytes = outer;
        }
        let mut file = vec![7 << 3 | 2];
        prost::encoding::encode_varint(bytes.len() as u64, &mut file);
        file.append(&mut bytes);
        assert!(decode(&Bytes::from(file)).unwrap_err().reason().contains("nested too deeply"));
    }
}
