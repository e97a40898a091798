//! Layers and containers with the names, options, initialisation and results of `torch.nn`.

pub mod activation;
mod adaptive_pool;
mod attention;
mod batch_norm;
mod cells;
mod classes;
mod container;
mod conv;
mod distance;
mod dropout;
mod embedding;
mod factory;
pub mod handles;
mod linear;
mod module;
mod norm;
mod pad;
mod pool;
mod positional;
mod recurrent;
mod repr;
mod resize;
mod sizes;
mod stacks;
mod state;
mod transformer;

pub use adaptive_pool::{AdaptivePool, Kind as AdaptiveKind, adaptive_avg_pool, adaptive_max_pool};
pub use attention::{Masks, MultiheadAttention, Weights, causal_mask};
pub use batch_norm::{BatchNorm, InstanceNorm, Settings as BatchNormSettings};
pub use cells::CellLayer;
pub use classes::names as class_names;
pub use container::{ModuleList, Sequential};
pub use conv::{Conv, ConvTranspose, convolve};
pub use distance::Distance;
pub use dropout::{Dropout, Form as DropoutForm, check_probability};
pub use embedding::Embedding;
pub use factory::Factory;
pub use linear::{Bilinear, Flatten, Identity, Linear, Unflatten};
pub(crate) use module::dotted;
pub use module::{Layer, Module, Output, State};
pub use norm::{GroupNorm, LayerNorm, LocalResponseNorm, RmsNorm, layer_norm};
pub use pad::{Fill, Pad};
pub use pool::{AvgPool, LpPool, MaxPool, avg_pool, max_pool};
pub use positional::PositionalEncoding;
pub use recurrent::{Cell, Recurrent};
pub use resize::{Form as ShuffleForm, Shuffle, Target, Upsample, interpolate};
pub use sizes::Size;
pub use stacks::{Decoder, Encoder, Transformer};
pub use state::{Loaded, StateDict};
pub use transformer::{
    Activation as TransformerActivation, DecoderLayer, DecoderMasks, EncoderLayer,
    Settings as TransformerSettings,
};
