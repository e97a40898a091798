//! What is exported to ONNX in tests and by `examples/export_onnx.rs`: every class of layers, operations in
//! scripts, and whole networks.
#![allow(dead_code, unreachable_pub, reason = "each program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use runtime_torch::jit;
use runtime_torch::nn::{self, Module, Sequential};
use runtime_torch::onnx::export::{DynamicAxis, Settings, Source};
use runtime_torch::options::Options;
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};
use torch_shim::Value;

/// The batch in the trace, and another one.
pub const BATCHES: [i64; 2] = [2, 5];

/// Something to export.
pub struct Case {
    /// Its name, which is a file's too.
    pub name: String,
    /// What it is.
    pub model: Model,
    /// Its inputs, as in [`input`].
    pub inputs: Vec<&'static str>,
    /// How it is exported.
    pub settings: Settings,
}

/// A module of one of both kinds.
pub enum Model {
    /// Of layers.
    Module(Module),
    /// Of a script.
    Script(jit::Module),
}

impl Case {
    /// The inputs for a batch, the same ones at each call.
    pub fn tensors(&self, batch: i64) -> Vec<Tensor> {
        tch::manual_seed(batch);
        self.inputs.iter().map(|text| input(text, batch)).collect()
    }

    /// Whether the batch is a dynamic axis of the exported model. A traced module of layers has the batch
    /// of its trace in it, where the layers read it.
    pub fn is_dynamic(&self) -> bool {
        let baked = ["traced_network_encoder", "frozen_network_encoder"];
        self.inputs.iter().any(|text| text.contains('B')) && !baked.contains(&self.name.as_str())
    }

    /// What to export.
    pub fn source(&self) -> Source<'_> {
        match &self.model {
            Model::Module(module) => Source::Module(module),
            Model::Script(module) => Source::Script(module),
        }
    }

    /// What the model gives in evaluation mode.
    pub fn outputs(&self, inputs: &[Tensor]) -> Vec<Tensor> {
        let _no_gradients = tch::no_grad_guard();
        match &self.model {
            Model::Module(module) => {
                let before = module.is_training();
                module.train(false);
                let inputs: Vec<Option<&Tensor>> = inputs.iter().map(Some).collect();
                let output = module.forward_all(&inputs).unwrap();
                module.train(before);
                match output {
                    nn::Output::One(tensor) => vec![tensor],
                    nn::Output::Many(tensors) => tensors,
                }
            }
            Model::Script(module) => {
                let inputs: Vec<Value> =
                    inputs.iter().map(|input| Value::Tensor(input.shallow_clone())).collect();
                let before = module.is_training();
                module.train(false).unwrap();
                let output = module.call("forward", &inputs).unwrap();
                module.train(before).unwrap();
                output
                    .into_items()
                    .into_iter()
                    .map(|item| match item {
                        Value::Tensor(tensor) => tensor,
                        other => panic!("{other:?}"),
                    })
                    .collect()
            }
        }
    }
}

/// "B,3,8" are random floats of this shape, where B is the batch; "ids10:B,7" are ints from 0 to 9;
/// "bool:B,7" are bools.
pub fn input(text: &str, batch: i64) -> Tensor {
    let (kind, shape) = text.split_once(':').unwrap_or(("", text));
    let size = |word: &str| if word == "B" { batch } else { word.parse().unwrap() };
    let shape: Vec<i64> = shape.split(',').filter(|word| !word.is_empty()).map(size).collect();
    let float = (Kind::Float, Device::Cpu);
    match kind {
        "" => Tensor::randn(&shape, float),
        "double" => Tensor::randn(&shape, (Kind::Double, Device::Cpu)),
        "share" => Tensor::rand(&shape, float),
        "bool" => Tensor::rand(&shape, float).gt(0.5),
        ids => Tensor::randint(
            ids.trim_start_matches("ids").parse::<i64>().unwrap(),
            &shape,
            (Kind::Int64, Device::Cpu),
        ),
    }
}

/// A module by its class and its options, "in_features=4 bias=false kernel_size=3,2".
pub fn layer(class: &str, options: &str) -> Module {
    let dict = Dict::new(0).unwrap();
    for pair in options.split(' ').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        dict.insert(name.into(), word(value)).unwrap();
    }
    let options = Options::of(class, "options", dict.value()).unwrap();
    Module::new(class, options).unwrap_or_else(|error| panic!("{class}: {error}"))
}

fn word(text: &str) -> RuntimeValue {
    if text.contains(',') {
        let items: Vec<RuntimeValue> =
            text.split(',').filter(|item| !item.is_empty()).map(word).collect();
        return Array::from_slice(&items).unwrap().value();
    }
    match (text, text.parse::<i64>(), text.parse::<f64>()) {
        ("true", ..) => true.into(),
        ("false", ..) => false.into(),
        (_, Ok(int), _) => int.into(),
        (.., Ok(float)) => float.into(),
        (text, ..) => text.into(),
    }
}

/// The tensors of a module become such that nothing is 0 or 1 by its beginning.
pub fn stirred(module: Module) -> Module {
    for (name, tensor) in module.named_parameters().into_iter().chain(module.named_buffers()) {
        if tensor.kind() == Kind::Float || tensor.kind() == Kind::Double {
            let _no_gradients = tch::no_grad_guard();
            let mut tensor = tensor.detach();
            // Variances are above 0.
            let new = match name.ends_with("running_var") {
                true => tensor.rand_like() + 0.5,
                false => tensor.randn_like() * 0.4,
            };
            tensor.copy_(&new);
        }
    }
    module
}

const LAYERS: &[(&str, &str, &str, &[&str])] = &[
    ("adaptive_avg_pool1d", "AdaptiveAvgPool1d", "output_size=3", &["B,2,9"]),
    ("adaptive_avg_pool2d_one", "AdaptiveAvgPool2d", "output_size=1", &["B,2,6,7"]),
    ("adaptive_avg_pool2d_uneven", "AdaptiveAvgPool2d", "output_size=5,3", &["B,2,8,7"]),
    ("adaptive_avg_pool3d", "AdaptiveAvgPool3d", "output_size=2,1,2", &["B,2,4,5,6"]),
    ("adaptive_max_pool1d", "AdaptiveMaxPool1d", "output_size=4", &["B,2,9"]),
    ("adaptive_max_pool2d", "AdaptiveMaxPool2d", "output_size=2,2", &["B,2,6,8"]),
    ("adaptive_max_pool3d", "AdaptiveMaxPool3d", "output_size=1", &["B,2,4,5,6"]),
    ("alpha_dropout", "AlphaDropout", "p=0.4", &["B,4"]),
    ("avg_pool1d", "AvgPool1d", "kernel_size=3 stride=2 padding=1", &["B,2,9"]),
    (
        "avg_pool2d_ceil",
        "AvgPool2d",
        "kernel_size=3,2 stride=2 padding=1,1 ceil_mode=true",
        &["B,2,8,7"],
    ),
    (
        "avg_pool2d_uncounted",
        "AvgPool2d",
        "kernel_size=3 stride=2 padding=1 ceil_mode=true count_include_pad=false",
        &["B,2,8,7"],
    ),
    (
        "avg_pool2d_divisor",
        "AvgPool2d",
        "kernel_size=3 stride=2 padding=1 divisor_override=5",
        &["B,2,8,7"],
    ),
    ("avg_pool3d", "AvgPool3d", "kernel_size=2", &["B,2,4,5,6"]),
    ("batch_norm1d", "BatchNorm1d", "num_features=4", &["B,4"]),
    ("batch_norm1d_long", "BatchNorm1d", "num_features=4 affine=false", &["B,4,6"]),
    ("batch_norm2d", "BatchNorm2d", "num_features=3 eps=0.01", &["B,3,5,4"]),
    ("batch_norm2d_batch", "BatchNorm2d", "num_features=3 track_running_stats=false", &["B,3,5,4"]),
    ("batch_norm3d", "BatchNorm3d", "num_features=3", &["B,3,2,5,4"]),
    ("bilinear", "Bilinear", "in1_features=4 in2_features=3 out_features=5", &["B,4", "B,3"]),
    (
        "bilinear_deep",
        "Bilinear",
        "in1_features=4 in2_features=3 out_features=5 bias=false",
        &["B,6,4", "B,6,3"],
    ),
    ("celu", "CELU", "alpha=0.7", &["B,4"]),
    ("channel_shuffle", "ChannelShuffle", "groups=3", &["B,6,3,4"]),
    ("circular_pad1d", "CircularPad1d", "padding=2,1", &["B,2,5"]),
    ("circular_pad2d", "CircularPad2d", "padding=2,1,0,3", &["B,2,5,4"]),
    ("circular_pad3d", "CircularPad3d", "padding=1", &["B,2,3,4,5"]),
    ("constant_pad1d", "ConstantPad1d", "padding=2,1 value=3.5", &["B,2,5"]),
    ("constant_pad2d", "ConstantPad2d", "padding=2,-1,0,3 value=-1", &["B,2,5,4"]),
    ("constant_pad3d", "ConstantPad3d", "padding=1 value=2", &["B,2,3,4,5"]),
    (
        "conv1d",
        "Conv1d",
        "in_channels=4 out_channels=6 kernel_size=3 stride=2 padding=1 groups=2",
        &["B,4,9"],
    ),
    ("conv1d_unbatched", "Conv1d", "in_channels=4 out_channels=6 kernel_size=3", &["4,9"]),
    (
        "conv1d_circular",
        "Conv1d",
        "in_channels=2 out_channels=3 kernel_size=3 padding=2 padding_mode=circular",
        &["B,2,9"],
    ),
    (
        "conv2d",
        "Conv2d",
        "in_channels=3 out_channels=4 kernel_size=3,2 stride=1,2 padding=1,0 dilation=1,2",
        &["B,3,8,7"],
    ),
    (
        "conv2d_same",
        "Conv2d",
        "in_channels=3 out_channels=4 kernel_size=4,3 padding=same dilation=1,2 bias=false",
        &["B,3,8,7"],
    ),
    (
        "conv2d_valid",
        "Conv2d",
        "in_channels=3 out_channels=4 kernel_size=4,3 padding=valid",
        &["B,3,8,7"],
    ),
    (
        "conv2d_reflect",
        "Conv2d",
        "in_channels=3 out_channels=4 kernel_size=3 padding=2 padding_mode=reflect",
        &["B,3,8,7"],
    ),
    (
        "conv2d_replicate",
        "Conv2d",
        "in_channels=3 out_channels=4 kernel_size=3 padding=2 padding_mode=replicate",
        &["B,3,8,7"],
    ),
    (
        "conv2d_depthwise",
        "Conv2d",
        "in_channels=4 out_channels=8 kernel_size=3 groups=4",
        &["B,4,6,6"],
    ),
    ("conv3d", "Conv3d", "in_channels=2 out_channels=3 kernel_size=2 padding=1", &["B,2,4,5,6"]),
    (
        "conv_transpose1d",
        "ConvTranspose1d",
        "in_channels=4 out_channels=6 kernel_size=3 stride=2 padding=1 output_padding=1 groups=2",
        &["B,4,9"],
    ),
    (
        "conv_transpose2d",
        "ConvTranspose2d",
        "in_channels=3 out_channels=4 kernel_size=3,2 stride=2,3 padding=1,0 output_padding=1,2 dilation=2,1",
        &["B,3,5,6"],
    ),
    (
        "conv_transpose3d",
        "ConvTranspose3d",
        "in_channels=2 out_channels=3 kernel_size=2 stride=2 bias=false",
        &["B,2,3,4,5"],
    ),
    ("cosine_similarity", "CosineSimilarity", "dim=1", &["B,4,3", "B,4,3"]),
    ("dropout", "Dropout", "p=0.5", &["B,4"]),
    ("dropout1d", "Dropout1d", "p=0.5", &["B,4,3"]),
    ("dropout2d", "Dropout2d", "p=0.5", &["B,4,3,2"]),
    ("dropout3d", "Dropout3d", "p=0.5", &["B,4,3,2,2"]),
    ("elu", "ELU", "alpha=1.5", &["B,4"]),
    ("embedding", "Embedding", "num_embeddings=10 embedding_dim=4 padding_idx=0", &["ids10:B,7"]),
    ("feature_alpha_dropout", "FeatureAlphaDropout", "p=0.5", &["B,4,3"]),
    ("flatten", "Flatten", "", &["B,4,3,2"]),
    ("flatten_inner", "Flatten", "start_dim=0 end_dim=1", &["B,4,3,2"]),
    ("gelu", "GELU", "", &["B,9"]),
    ("gelu_tanh", "GELU", "approximate=tanh", &["B,9"]),
    ("glu", "GLU", "dim=1", &["B,6,3"]),
    (
        "gru",
        "GRU",
        "input_size=4 hidden_size=5 num_layers=2 bidirectional=true batch_first=true",
        &["B,6,4"],
    ),
    ("gru_plain", "GRU", "input_size=4 hidden_size=5 bias=false", &["6,B,4", "1,B,5"]),
    ("gru_cell", "GRUCell", "input_size=4 hidden_size=5", &["B,4", "B,5"]),
    ("group_norm", "GroupNorm", "num_groups=3 num_channels=6", &["B,6,4,5"]),
    ("group_norm_plain", "GroupNorm", "num_groups=2 num_channels=6 affine=false", &["B,6"]),
    ("hardshrink", "Hardshrink", "lambd=0.3", &["B,9"]),
    ("hardsigmoid", "Hardsigmoid", "", &["B,9"]),
    ("hardswish", "Hardswish", "", &["B,9"]),
    ("hardtanh", "Hardtanh", "min_val=-0.4 max_val=0.6", &["B,9"]),
    ("identity", "Identity", "", &["B,9"]),
    ("instance_norm1d", "InstanceNorm1d", "num_features=3", &["B,3,6"]),
    ("instance_norm2d", "InstanceNorm2d", "num_features=3 affine=true", &["B,3,6,5"]),
    (
        "instance_norm2d_tracking",
        "InstanceNorm2d",
        "num_features=3 affine=true track_running_stats=true",
        &["B,3,6,5"],
    ),
    ("instance_norm3d", "InstanceNorm3d", "num_features=3", &["B,3,2,6,5"]),
    ("lp_pool1d", "LPPool1d", "norm_type=3 kernel_size=2", &["share:B,3,8"]),
    ("lp_pool2d", "LPPool2d", "norm_type=2 kernel_size=2 stride=1", &["share:B,3,6,5"]),
    ("lp_pool3d", "LPPool3d", "norm_type=2 kernel_size=2", &["share:B,3,4,6,5"]),
    ("lstm", "LSTM", "input_size=4 hidden_size=5 num_layers=2 bidirectional=true", &["6,B,4"]),
    ("lstm_batch_first", "LSTM", "input_size=4 hidden_size=5 batch_first=true", &["B,6,4"]),
    (
        "lstm_started",
        "LSTM",
        "input_size=4 hidden_size=5 num_layers=3 batch_first=true dropout=0.5",
        &["B,6,4", "3,B,5", "3,B,5"],
    ),
    ("lstm_unbatched", "LSTM", "input_size=4 hidden_size=5", &["6,4"]),
    ("lstm_cell", "LSTMCell", "input_size=4 hidden_size=5", &["B,4", "B,5", "B,5"]),
    ("layer_norm", "LayerNorm", "normalized_shape=5", &["B,4,5"]),
    (
        "layer_norm_deep",
        "LayerNorm",
        "normalized_shape=4,5 elementwise_affine=false eps=0.01",
        &["B,4,5"],
    ),
    ("layer_norm_no_bias", "LayerNorm", "normalized_shape=5 bias=false", &["B,4,5"]),
    ("leaky_relu", "LeakyReLU", "negative_slope=0.2", &["B,9"]),
    ("linear", "Linear", "in_features=5 out_features=3", &["B,5"]),
    ("linear_deep", "Linear", "in_features=5 out_features=3", &["B,4,5"]),
    ("linear_no_bias", "Linear", "in_features=5 out_features=3 bias=false", &["B,5"]),
    ("linear_unbatched", "Linear", "in_features=5 out_features=3", &["5"]),
    ("local_response_norm", "LocalResponseNorm", "size=3 alpha=0.1", &["B,6,4,5"]),
    ("log_sigmoid", "LogSigmoid", "", &["B,9"]),
    ("log_softmax", "LogSoftmax", "dim=1", &["B,9"]),
    ("max_pool1d", "MaxPool1d", "kernel_size=3 stride=2 padding=1", &["B,2,9"]),
    ("max_pool2d", "MaxPool2d", "kernel_size=3,2 stride=2 padding=1,1 dilation=1,2", &["B,2,8,9"]),
    (
        "max_pool2d_ceil",
        "MaxPool2d",
        "kernel_size=3 stride=2 padding=1 ceil_mode=true",
        &["B,2,8,7"],
    ),
    ("max_pool2d_indices", "MaxPool2d", "kernel_size=2 return_indices=true", &["B,2,8,6"]),
    ("max_pool2d_unbatched", "MaxPool2d", "kernel_size=2", &["2,8,6"]),
    ("max_pool3d", "MaxPool3d", "kernel_size=2", &["B,2,4,6,8"]),
    ("mish", "Mish", "", &["B,9"]),
    (
        "attention",
        "MultiheadAttention",
        "embed_dim=8 num_heads=2 batch_first=true",
        &["B,5,8", "B,6,8", "B,6,8"],
    ),
    (
        "attention_sequence_first",
        "MultiheadAttention",
        "embed_dim=8 num_heads=4",
        &["5,B,8", "6,B,8", "6,B,8"],
    ),
    (
        "attention_wide",
        "MultiheadAttention",
        "embed_dim=8 num_heads=2 kdim=5 vdim=6 add_bias_kv=true add_zero_attn=true batch_first=true",
        &["B,4,8", "B,3,5", "B,3,6"],
    ),
    ("prelu", "PReLU", "num_parameters=4", &["B,4,3,2"]),
    ("prelu_one", "PReLU", "", &["B,4"]),
    ("pairwise_distance", "PairwiseDistance", "p=3 keepdim=true", &["B,4", "B,4"]),
    ("pixel_shuffle", "PixelShuffle", "upscale_factor=2", &["B,8,3,4"]),
    ("pixel_unshuffle", "PixelUnshuffle", "downscale_factor=2", &["B,2,6,4"]),
    ("positional_encoding", "PositionalEncoding", "d_model=6 max_len=20", &["B,5,6"]),
    ("rms_norm", "RMSNorm", "normalized_shape=5", &["B,4,5"]),
    (
        "rnn",
        "RNN",
        "input_size=4 hidden_size=5 num_layers=2 nonlinearity=relu bidirectional=true batch_first=true",
        &["B,6,4"],
    ),
    ("rnn_tanh", "RNN", "input_size=4 hidden_size=5", &["6,B,4"]),
    ("rnn_cell", "RNNCell", "input_size=4 hidden_size=5 nonlinearity=relu", &["B,4", "B,5"]),
    ("rrelu", "RReLU", "lower=0.1 upper=0.5", &["B,9"]),
    ("relu", "ReLU", "", &["B,9"]),
    ("relu_in_place", "ReLU", "inplace=true", &["B,9"]),
    ("relu6", "ReLU6", "", &["B,9"]),
    ("reflection_pad1d", "ReflectionPad1d", "padding=2,1", &["B,2,5"]),
    ("reflection_pad2d", "ReflectionPad2d", "padding=2,1,1,3", &["B,2,5,4"]),
    ("reflection_pad3d", "ReflectionPad3d", "padding=1", &["B,2,3,4,5"]),
    ("replication_pad1d", "ReplicationPad1d", "padding=2,1", &["B,2,5"]),
    ("replication_pad2d", "ReplicationPad2d", "padding=2,1,1,3", &["B,2,5,4"]),
    ("replication_pad3d", "ReplicationPad3d", "padding=1", &["B,2,3,4,5"]),
    ("selu", "SELU", "", &["B,9"]),
    ("silu", "SiLU", "", &["B,9"]),
    ("sigmoid", "Sigmoid", "", &["B,9"]),
    ("softmax", "Softmax", "dim=-1", &["B,9"]),
    ("softmax2d", "Softmax2d", "", &["B,3,4,2"]),
    ("softmin", "Softmin", "dim=1", &["B,9"]),
    ("softplus", "Softplus", "beta=2 threshold=1", &["B,9"]),
    ("softshrink", "Softshrink", "lambd=0.3", &["B,9"]),
    ("softsign", "Softsign", "", &["B,9"]),
    ("tanh", "Tanh", "", &["B,9"]),
    ("tanhshrink", "Tanhshrink", "", &["B,9"]),
    ("threshold", "Threshold", "threshold=0.2 value=-3", &["B,9"]),
    (
        "transformer",
        "Transformer",
        "d_model=8 nhead=2 num_encoder_layers=1 num_decoder_layers=1 dim_feedforward=12 batch_first=true",
        &["B,5,8", "B,4,8"],
    ),
    (
        "transformer_decoder_layer",
        "TransformerDecoderLayer",
        "d_model=8 nhead=2 dim_feedforward=12 activation=gelu",
        &["4,B,8", "5,B,8"],
    ),
    (
        "transformer_encoder_layer",
        "TransformerEncoderLayer",
        "d_model=8 nhead=2 dim_feedforward=12 batch_first=true norm_first=true",
        &["B,5,8"],
    ),
    ("unflatten", "Unflatten", "dim=1 unflattened_size=2,3", &["B,6,4"]),
    ("upsample_nearest1d", "Upsample", "scale_factor=2 mode=nearest", &["B,2,5"]),
    ("upsample_nearest2d", "Upsample", "scale_factor=1.7,2.3 mode=nearest", &["B,2,5,4"]),
    ("upsample_nearest3d", "Upsample", "size=5,6,7 mode=nearest", &["B,2,3,4,5"]),
    ("upsample_nearest_exact", "Upsample", "size=7,3 mode=nearest-exact", &["B,2,5,4"]),
    ("upsample_linear", "Upsample", "scale_factor=2 mode=linear", &["B,2,5"]),
    ("upsample_bilinear", "Upsample", "size=7,9 mode=bilinear", &["B,2,5,4"]),
    ("upsample_bilinear_scaled", "Upsample", "scale_factor=1.5 mode=bilinear", &["B,2,5,4"]),
    ("upsample_bicubic", "Upsample", "size=7,9 mode=bicubic", &["B,2,5,4"]),
    ("upsample_trilinear", "Upsample", "scale_factor=2 mode=trilinear", &["B,2,3,4,5"]),
    ("upsampling_bilinear2d", "UpsamplingBilinear2d", "size=7,9", &["B,2,5,4"]),
    ("upsampling_nearest2d", "UpsamplingNearest2d", "scale_factor=3", &["B,2,5,4"]),
    ("zero_pad1d", "ZeroPad1d", "padding=1", &["B,2,5"]),
    ("zero_pad2d", "ZeroPad2d", "padding=1,2,3,0", &["B,2,5,4"]),
    ("zero_pad3d", "ZeroPad3d", "padding=1", &["B,2,3,4,5"]),
];

/// Bodies of `def forward`, with the inputs' names before the colon.
const SCRIPTS: &[(&str, &str, &[&str])] = &[
    (
        "script_arithmetic",
        "x, y: return torch.add(x, y, alpha=3) * 2 - y / 3 + torch.rsub(x, y) - 1",
        &["B,3", "B,3"],
    ),
    (
        "script_promotion",
        "x, n: return (x + n, n * 2.5, n / 3, n // 2, n % 3 - 1, (n > 4) & (x > 0), n < x)",
        &["B,3", "ids9:B,3"],
    ),
    (
        "script_rounding",
        "x, y: return (torch.div(x, y, rounding_mode='floor'), torch.div(x, y, rounding_mode='trunc'), torch.remainder(x, y), torch.fmod(x, y), torch.floor(x), torch.ceil(x), torch.trunc(x), torch.round(x), torch.frac(x))",
        &["B,3", "B,3"],
    ),
    (
        "script_functions",
        "x: return (torch.exp(x), torch.log(x), torch.sqrt(x), torch.rsqrt(x), torch.sin(x), torch.cos(x), torch.tan(x), torch.atan(x), torch.sinh(x), torch.cosh(x), torch.asin(x), torch.acos(x), torch.erf(x), torch.erfc(x), torch.log1p(x), torch.expm1(x), torch.log2(x), torch.log10(x), torch.exp2(x), torch.square(x), torch.reciprocal(x), torch.neg(x), torch.sign(x - 0.5), torch.abs(x - 0.5))",
        &["share:B,3"],
    ),
    (
        "script_powers",
        "x, y: return (x ** 2, x ** y, 2 ** y, torch.pow(x, 0.5))",
        &["share:B,3", "B,3"],
    ),
    (
        "script_bounds",
        "x, y: return (torch.clamp(x, -0.5, 0.5), torch.clamp(x, min=0.1), torch.clamp(x, max=y), torch.maximum(x, y), torch.minimum(x, y), torch.max(x, y))",
        &["B,3", "B,3"],
    ),
    (
        "script_choices",
        "x, y, m: return (torch.where(m, x, y), x.masked_fill(m, 7.0), torch.where(x > y, x, 2.0), torch.logical_not(m), m ^ (x > 0), x == y, x != y, x >= y, x <= y)",
        &["B,3", "B,3", "bool:B,3"],
    ),
    (
        "script_reductions",
        "x: return (x.sum(), x.sum(1), x.mean(-1, True), x.mean([1, 2]), x.amax(1), x.amin([0, 2]), torch.prod(x, 1), x.max(), x.min(), torch.logsumexp(x, 1), torch.norm(x, 2.0, [1]), torch.norm(x, 3.0, [1], True))",
        &["B,3,4"],
    ),
    (
        "script_variances",
        "x: return (torch.var(x, 1), torch.std(x, [0, 2], False), torch.var(x, 0, True, True), torch.std(x))",
        &["B,3,4"],
    ),
    (
        "script_places",
        "x: return (torch.argmax(x, 1), torch.argmin(x, 0, True), torch.argmax(x), torch.max(x, 1)[0], torch.min(x, 1)[1], torch.topk(x, 2, 1)[0], torch.topk(x, 2, 1, False)[1], torch.sort(x, 1, True)[0], torch.argsort(x, 1), torch.cumsum(x, 1))",
        &["B,3,4"],
    ),
    (
        "script_truth",
        "m: return (torch.any(m), torch.any(m, 1), torch.all(m, 1, True), torch.all(m))",
        &["bool:B,3"],
    ),
    (
        "script_shapes",
        "x: return (x.view(x.size(0), -1), x.reshape(-1, 4), x.transpose(1, 2), x.permute(2, 0, 1), x.flatten(0, 1), x.unsqueeze(1).squeeze(1), x[:, 0].unsqueeze(1).expand(-1, 5, -1), x.repeat(1, 2, 1), x.unflatten(2, [2, 2]), torch.movedim(x, 0, 2), x.flip([1]))",
        &["B,3,4"],
    ),
    (
        "script_parts",
        "x: return (x[:, 1], x[:, :, 1:3], x[:, ::2], x[-1], x.narrow(2, 1, 2), torch.split(x, 3, 2)[1], torch.chunk(x, 2, 2)[0], torch.unbind(x, 1)[2], x[1:], x[:, :, -1], torch.split(x, [1, 3], 2)[1])",
        &["B,3,4"],
    ),
    (
        "script_together",
        "x, y: return (torch.cat([x, y], 1), torch.stack([x, y], -1), torch.cat([x, torch.zeros_like(x)], 0))",
        &["B,3", "B,3"],
    ),
    (
        "script_index",
        "x, i: return (torch.index_select(x, 1, torch.tensor([2, 0])), torch.gather(x, 1, i), x[torch.tensor([1, 0])], torch.tril(x), torch.triu(x, 1))",
        &["B,3", "ids3:B,2"],
    ),
    (
        "script_new",
        "x: return (torch.zeros(x.size(0), 3) + 1, torch.ones_like(x), torch.full([2, x.size(0)], 7.0), torch.arange(x.size(0)), torch.arange(0, 6, 2) + 1)",
        &["B,3"],
    ),
    (
        "script_products",
        "x, y: return (torch.matmul(x, y), torch.bmm(x, y), torch.baddbmm(torch.ones(1, 1, 5), x, y, beta=2, alpha=0.5), torch.einsum('bij,bjk->bik', [x, y]), x[0] @ y[0], torch.addmm(torch.ones(5), x[0], y[0]), torch.mv(x[0], y[0, :, 0]))",
        &["B,3,4", "B,4,5"],
    ),
    ("script_sizes", "x: return x * x.size(0) + x.numel() - x.shape[0] * 2", &["ids5:B,3"]),
    (
        "script_attention",
        "q, k, m: return (torch.scaled_dot_product_attention(q, k, k), torch.scaled_dot_product_attention(q, k, k, is_causal=True), torch.scaled_dot_product_attention(q, k, k, attn_mask=m), torch.scaled_dot_product_attention(q, k, k, scale=0.3))",
        &["B,2,4,8", "B,2,4,8", "4,4"],
    ),
    (
        "script_losses",
        "x, y: return (torch.mse_loss(x, y), torch.l1_loss(x, y, 2), torch.smooth_l1_loss(x, y, 0, 0.5), torch.huber_loss(x, y, 1, 0.4), torch.binary_cross_entropy(x, y), torch.binary_cross_entropy_with_logits(x, y))",
        &["share:B,3", "share:B,3"],
    ),
    (
        "script_classes",
        "x, n: return (torch.cross_entropy_loss(x, n), torch.cross_entropy_loss(x, n, reduction=0, ignore_index=1), torch.nll_loss(torch.log_softmax(x, 1), n, reduction=2))",
        &["B,4", "ids4:B"],
    ),
    ("script_branches", "x: return helper(x, 3)", &["B,3"]),
    (
        "script_casts",
        "x: return (x.to(torch.float64), x.to(torch.int64), x.double().float(), (x > 0).float(), x.to(torch.float64).type_as(x))",
        &["B,3"],
    ),
    ("script_in_place", "x:\n    y = x * 2\n    y.add_(1)\n    y.relu_()\n    return y", &["B,3"]),
    ("script_same_twice", "x:\n    y = torch.relu(x)\n    return (y, y, x)", &["B,3"]),
    ("script_double", "x: return torch.softmax(x @ x.t(), 1)", &["double:B,3"]),
];

const HELPER: &str = "
def helper(x, times: int):
    if x.dim() == 2:
        for i in range(times):
            x = x * (i + 1)
    else:
        x = x - 1
    return x
";

/// A script from a table entry.
pub fn script(text: &str) -> jit::Module {
    let (arguments, body) = text.split_once(':').unwrap();
    let body = body.trim_start_matches(' ').trim_start_matches('\n');
    let source = format!("def forward({arguments}):\n    {}\n", body.trim_start());
    let source = if body.contains("helper") { format!("{HELPER}{source}") } else { source };
    jit::script(&source).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

fn sequence(parts: &[(&str, &str)]) -> Module {
    Sequential::module(parts.iter().map(|(class, options)| layer(class, options)).collect())
        .unwrap()
}

fn networks() -> Vec<(&'static str, Module, Vec<&'static str>)> {
    let mlp = sequence(&[
        ("Linear", "in_features=10 out_features=16"),
        ("BatchNorm1d", "num_features=16"),
        ("ReLU", "inplace=true"),
        ("Dropout", "p=0.5"),
        ("Linear", "in_features=16 out_features=8"),
        ("GELU", ""),
        ("Linear", "in_features=8 out_features=3"),
        ("Softmax", "dim=1"),
    ]);
    let cnn = sequence(&[
        ("Conv2d", "in_channels=1 out_channels=4 kernel_size=3 padding=1"),
        ("BatchNorm2d", "num_features=4"),
        ("ReLU", "inplace=true"),
        ("MaxPool2d", "kernel_size=2"),
        ("Conv2d", "in_channels=4 out_channels=8 kernel_size=3"),
        ("SiLU", ""),
        ("AdaptiveAvgPool2d", "output_size=2"),
        ("Flatten", ""),
        ("Linear", "in_features=32 out_features=10"),
        ("LogSoftmax", "dim=1"),
    ]);
    let encoder = Sequential::module(vec![
        layer("Embedding", "num_embeddings=20 embedding_dim=16"),
        layer("PositionalEncoding", "d_model=16 max_len=32"),
        layer("TransformerEncoderLayer", "d_model=16 nhead=4 dim_feedforward=32 batch_first=true"),
        layer(
            "TransformerEncoderLayer",
            "d_model=16 nhead=4 dim_feedforward=32 batch_first=true activation=gelu",
        ),
        layer("LayerNorm", "normalized_shape=16"),
        layer("Linear", "in_features=16 out_features=5"),
    ])
    .unwrap();
    vec![
        ("network_mlp", mlp, vec!["B,10"]),
        ("network_cnn", cnn, vec!["B,1,12,12"]),
        ("network_encoder", encoder, vec!["ids20:B,7"]),
    ]
}

/// An axis of an input with a name.
pub fn axis(value: &str, dim: i64, name: &str) -> DynamicAxis {
    DynamicAxis { value: value.into(), dim, name: Some(name.into()) }
}

/// The places of the batch, when it is not what comes first.
fn batch_axes(inputs: &[&str]) -> Option<Vec<DynamicAxis>> {
    let place = |text: &&str| {
        text.split([':', ','])
            .filter(|word| !word.contains(char::is_lowercase))
            .position(|word| word == "B")
    };
    let places: Vec<Option<usize>> = inputs.iter().map(place).collect();
    if !places.iter().flatten().any(|place| *place != 0) {
        return None;
    }
    let axis = |(position, place): (usize, Option<usize>)| {
        let name = match inputs.len() {
            1 => String::from("input"),
            _ => format!("input_{position}"),
        };
        place.map(|place| axis(&name, place as i64, "batch"))
    };
    Some(places.into_iter().enumerate().filter_map(axis).collect())
}

/// All cases.
pub fn all() -> Vec<Case> {
    tch::manual_seed(7);
    let mut cases: Vec<Case> = Vec::new();
    for (name, class, options, inputs) in LAYERS {
        let module = stirred(layer(class, options));
        cases.push(Case {
            name: (*name).into(),
            model: Model::Module(module),
            inputs: inputs.to_vec(),
            settings: Settings { dynamic_axes: batch_axes(inputs), ..Settings::default() },
        });
    }
    for (name, text, inputs) in SCRIPTS {
        cases.push(Case {
            name: (*name).into(),
            model: Model::Script(script(text)),
            inputs: inputs.to_vec(),
            settings: Settings::default(),
        });
    }
    for (name, module, inputs) in networks() {
        let settings = Settings::default();
        let model = Model::Module(stirred(module));
        cases.push(Case { name: name.into(), model, inputs, settings });
    }
    // Traced modules, and the other opsets.
    for (name, module, inputs) in networks() {
        let module = stirred(module);
        let dummy: Vec<Value> = inputs.iter().map(|text| Value::Tensor(input(text, 2))).collect();
        module.train(false);
        let function = runtime_torch::callable::Function::Module(module.clone());
        let traced = jit::trace(function, &dummy, jit::Registered::default()).unwrap();
        let frozen = traced.freeze().unwrap();
        for (kind, model) in [("traced", traced), ("frozen", frozen)] {
            cases.push(Case {
                name: format!("{kind}_{name}"),
                model: Model::Script(model),
                inputs: inputs.clone(),
                settings: Settings::default(),
            });
        }
        for opset_version in [17, 18, 19, 21] {
            cases.push(Case {
                name: format!("{name}_opset{opset_version}"),
                model: Model::Module(module.clone()),
                inputs: inputs.clone(),
                settings: Settings { opset_version, ..Settings::default() },
            });
        }
    }
    cases
}
