//! The classes of modules by their names in Python.

use runtime_core::{Error, Result};

use super::activation::{Activation, Prelu};
use super::adaptive_pool::AdaptivePool;
use super::adaptive_pool::Kind::{Average, Max};
use super::attention::MultiheadAttention;
use super::batch_norm::{BatchNorm, InstanceNorm};
use super::cells::CellLayer;
use super::conv::{Conv, ConvTranspose};
use super::distance::Distance;
use super::dropout::Dropout;
use super::dropout::Form::{Alpha, AlphaChannels, Channels, Elements};
use super::embedding::Embedding;
use super::module::Module;
use super::norm::{GroupNorm, LayerNorm, LocalResponseNorm, RmsNorm};
use super::pad::{Fill, Pad};
use super::pool::{AvgPool, LpPool, MaxPool};
use super::positional::PositionalEncoding;
use super::recurrent::Recurrent;
use super::resize::Form::{self, BackToChannels, Pixels};
use super::resize::{Shuffle, Upsample};
use super::stacks::{Decoder, Encoder, Transformer};
use super::transformer::{DecoderLayer, EncoderLayer};
use super::{container, linear};
use crate::codes;
use crate::options::Options;

type Create = fn(Options) -> Result<Module>;

/// Every class, in the order of the alphabet.
const CLASSES: &[(&str, Create)] = &[
    ("AdaptiveAvgPool1d", |options| AdaptivePool::from_options(Average, 1, options)),
    ("AdaptiveAvgPool2d", |options| AdaptivePool::from_options(Average, 2, options)),
    ("AdaptiveAvgPool3d", |options| AdaptivePool::from_options(Average, 3, options)),
    ("AdaptiveMaxPool1d", |options| AdaptivePool::from_options(Max, 1, options)),
    ("AdaptiveMaxPool2d", |options| AdaptivePool::from_options(Max, 2, options)),
    ("AdaptiveMaxPool3d", |options| AdaptivePool::from_options(Max, 3, options)),
    ("AlphaDropout", |options| Dropout::from_options(Alpha, options)),
    ("AvgPool1d", |options| AvgPool::from_options(1, options)),
    ("AvgPool2d", |options| AvgPool::from_options(2, options)),
    ("AvgPool3d", |options| AvgPool::from_options(3, options)),
    ("BatchNorm1d", |options| BatchNorm::from_options(1, options)),
    ("BatchNorm2d", |options| BatchNorm::from_options(2, options)),
    ("BatchNorm3d", |options| BatchNorm::from_options(3, options)),
    ("Bilinear", linear::Bilinear::from_options),
    ("CELU", |options| Activation::from_options("CELU", options)),
    ("ChannelShuffle", |options| Shuffle::from_options(Form::Channels, options)),
    ("CircularPad1d", |options| Pad::from_options(Fill::Circular, 1, options)),
    ("CircularPad2d", |options| Pad::from_options(Fill::Circular, 2, options)),
    ("CircularPad3d", |options| Pad::from_options(Fill::Circular, 3, options)),
    ("ConstantPad1d", |options| Pad::from_options(Fill::Constant, 1, options)),
    ("ConstantPad2d", |options| Pad::from_options(Fill::Constant, 2, options)),
    ("ConstantPad3d", |options| Pad::from_options(Fill::Constant, 3, options)),
    ("Conv1d", |options| Conv::from_options(1, options)),
    ("Conv2d", |options| Conv::from_options(2, options)),
    ("Conv3d", |options| Conv::from_options(3, options)),
    ("ConvTranspose1d", |options| ConvTranspose::from_options(1, options)),
    ("ConvTranspose2d", |options| ConvTranspose::from_options(2, options)),
    ("ConvTranspose3d", |options| ConvTranspose::from_options(3, options)),
    ("CosineSimilarity", Distance::cosine),
    ("Dropout", |options| Dropout::from_options(Elements, options)),
    ("Dropout1d", |options| Dropout::from_options(Channels(1), options)),
    ("Dropout2d", |options| Dropout::from_options(Channels(2), options)),
    ("Dropout3d", |options| Dropout::from_options(Channels(3), options)),
    ("ELU", |options| Activation::from_options("ELU", options)),
    ("Embedding", Embedding::from_options),
    ("FeatureAlphaDropout", |options| Dropout::from_options(AlphaChannels, options)),
    ("Flatten", linear::Flatten::from_options),
    ("GELU", |options| Activation::from_options("GELU", options)),
    ("GLU", |options| Activation::from_options("GLU", options)),
    ("GRU", Recurrent::gru),
    ("GRUCell", CellLayer::gru),
    ("GroupNorm", GroupNorm::from_options),
    ("Hardshrink", |options| Activation::from_options("Hardshrink", options)),
    ("Hardsigmoid", |options| Activation::from_options("Hardsigmoid", options)),
    ("Hardswish", |options| Activation::from_options("Hardswish", options)),
    ("Hardtanh", |options| Activation::from_options("Hardtanh", options)),
    ("Identity", linear::Identity::from_options),
    ("InstanceNorm1d", |options| InstanceNorm::from_options(1, options)),
    ("InstanceNorm2d", |options| InstanceNorm::from_options(2, options)),
    ("InstanceNorm3d", |options| InstanceNorm::from_options(3, options)),
    ("LPPool1d", |options| LpPool::from_options(1, options)),
    ("LPPool2d", |options| LpPool::from_options(2, options)),
    ("LPPool3d", |options| LpPool::from_options(3, options)),
    ("LSTM", Recurrent::lstm),
    ("LSTMCell", CellLayer::lstm),
    ("LayerNorm", LayerNorm::from_options),
    ("LeakyReLU", |options| Activation::from_options("LeakyReLU", options)),
    ("Linear", linear::Linear::from_options),
    ("LocalResponseNorm", LocalResponseNorm::from_options),
    ("LogSigmoid", |options| Activation::from_options("LogSigmoid", options)),
    ("LogSoftmax", |options| Activation::from_options("LogSoftmax", options)),
    ("MaxPool1d", |options| MaxPool::from_options(1, options)),
    ("MaxPool2d", |options| MaxPool::from_options(2, options)),
    ("MaxPool3d", |options| MaxPool::from_options(3, options)),
    ("Mish", |options| Activation::from_options("Mish", options)),
    ("ModuleList", container::ModuleList::from_options),
    ("MultiheadAttention", MultiheadAttention::from_options),
    ("PReLU", Prelu::from_options),
    ("PairwiseDistance", Distance::pairwise),
    ("PixelShuffle", |options| Shuffle::from_options(Pixels, options)),
    ("PixelUnshuffle", |options| Shuffle::from_options(BackToChannels, options)),
    ("PositionalEncoding", PositionalEncoding::from_options),
    ("RMSNorm", RmsNorm::from_options),
    ("RNN", Recurrent::rnn),
    ("RNNCell", CellLayer::rnn),
    ("RReLU", |options| Activation::from_options("RReLU", options)),
    ("ReLU", |options| Activation::from_options("ReLU", options)),
    ("ReLU6", |options| Activation::from_options("ReLU6", options)),
    ("ReflectionPad1d", |options| Pad::from_options(Fill::Reflection, 1, options)),
    ("ReflectionPad2d", |options| Pad::from_options(Fill::Reflection, 2, options)),
    ("ReflectionPad3d", |options| Pad::from_options(Fill::Reflection, 3, options)),
    ("ReplicationPad1d", |options| Pad::from_options(Fill::Replication, 1, options)),
    ("ReplicationPad2d", |options| Pad::from_options(Fill::Replication, 2, options)),
    ("ReplicationPad3d", |options| Pad::from_options(Fill::Replication, 3, options)),
    ("SELU", |options| Activation::from_options("SELU", options)),
    ("Sequential", container::Sequential::from_options),
    ("SiLU", |options| Activation::from_options("SiLU", options)),
    ("Sigmoid", |options| Activation::from_options("Sigmoid", options)),
    ("Softmax", |options| Activation::from_options("Softmax", options)),
    ("Softmax2d", |options| Activation::from_options("Softmax2d", options)),
    ("Softmin", |options| Activation::from_options("Softmin", options)),
    ("Softplus", |options| Activation::from_options("Softplus", options)),
    ("Softshrink", |options| Activation::from_options("Softshrink", options)),
    ("Softsign", |options| Activation::from_options("Softsign", options)),
    ("Tanh", |options| Activation::from_options("Tanh", options)),
    ("Tanhshrink", |options| Activation::from_options("Tanhshrink", options)),
    ("Threshold", |options| Activation::from_options("Threshold", options)),
    ("Transformer", Transformer::from_options),
    ("TransformerDecoder", Decoder::from_options),
    ("TransformerDecoderLayer", DecoderLayer::from_options),
    ("TransformerEncoder", Encoder::from_options),
    ("TransformerEncoderLayer", EncoderLayer::from_options),
    ("Unflatten", linear::Unflatten::from_options),
    ("Upsample", |options| Upsample::from_options("Upsample", options)),
    ("UpsamplingBilinear2d", |options| Upsample::from_options("UpsamplingBilinear2d", options)),
    ("UpsamplingNearest2d", |options| Upsample::from_options("UpsamplingNearest2d", options)),
    ("ZeroPad1d", |options| Pad::from_options(Fill::Zero, 1, options)),
    ("ZeroPad2d", |options| Pad::from_options(Fill::Zero, 2, options)),
    ("ZeroPad3d", |options| Pad::from_options(Fill::Zero, 3, options)),
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
