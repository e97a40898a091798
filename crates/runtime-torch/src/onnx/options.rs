//! The options of a session, named as Python's `onnxruntime.SessionOptions` names them.

use ort::AsPointer;
use ort::logging::LogLevel;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use runtime_core::Result;
use runtime_value::{Dict, RuntimeValue, View};

use super::library::Runtime;
use crate::arguments;
use crate::options::Options;

/// How much ONNX Runtime changes a graph before it runs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimization {
    /// Not at all.
    None,
    /// What does not depend on where it runs: constants folded, what nobody needs left out.
    Basic,
    /// Operators fused, too.
    Extended,
    /// The layout of tensors, too.
    #[default]
    All,
}

/// How a session is made. The default is what Python's is, but for the log.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Threads that share the work of one operator: 0 takes one for each core.
    pub intra_op_num_threads: usize,
    /// Threads that run operators beside each other, when `parallel` is set: 0 takes one for each core.
    pub inter_op_num_threads: usize,
    /// Whether operators that do not depend on each other run beside each other.
    pub parallel: bool,
    /// How much the graph is changed.
    pub optimization: Optimization,
    /// Whether memory is kept for the next run.
    pub enable_cpu_mem_arena: bool,
    /// Whether the memory of results is planned from the first run's shapes.
    pub enable_mem_pattern: bool,
    /// Whether the same inputs give the same bits every time.
    pub use_deterministic_compute: bool,
    /// What is written to the standard error: 0 everything to 4 what is fatal. The default is 4, because
    /// errors come back as errors.
    pub log_severity_level: u8,
    /// Lengths for axes that have names.
    pub free_dimension_overrides: Vec<(String, i64)>,
    /// Further settings by ONNX Runtime's names: "session.intra_op.allow_spinning".
    pub config_entries: Vec<(String, String)>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            intra_op_num_threads: 0,
            inter_op_num_threads: 0,
            parallel: false,
            optimization: Optimization::All,
            enable_cpu_mem_arena: true,
            enable_mem_pattern: true,
            use_deterministic_compute: false,
            log_severity_level: 4,
            free_dimension_overrides: Vec::new(),
            config_entries: Vec::new(),
        }
    }
}

/// More threads than any machine has cores are a mistake, which ONNX Runtime would try to fulfil.
const MOST_THREADS: i64 = 4096;

impl SessionOptions {
    /// The options in a dict of the language.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`, and `RT_ERROR_WRONG_TYPE` for what is neither a dict nor NIL.
    pub fn of(value: RuntimeValue) -> Result<Self> {
        let given = Options::of("SessionOptions", "options", value)?;
        let threads = |option| {
            let count = given.int(option, 0)?;
            if !(0..=MOST_THREADS).contains(&count) {
                return Err(given.refuse(option, format!("{count} is not in 0 to {MOST_THREADS}")));
            }
            Ok(count as usize)
        };
        let mode = ["ORT_SEQUENTIAL", "ORT_PARALLEL"];
        let mode = given.choice("execution_mode", mode[0], &mode)?;
        let levels = [
            ("ORT_DISABLE_ALL", Optimization::None),
            ("ORT_ENABLE_BASIC", Optimization::Basic),
            ("ORT_ENABLE_EXTENDED", Optimization::Extended),
            ("ORT_ENABLE_ALL", Optimization::All),
        ];
        let level = given.choice(
            "graph_optimization_level",
            "ORT_ENABLE_ALL",
            &levels.map(|(name, _)| name),
        )?;
        let level = levels.iter().find(|(name, _)| *name == level);
        let severity = given.int("log_severity_level", 4)?;
        let severity = u8::try_from(severity).ok().filter(|severity| *severity <= 4);
        let severity =
            severity.ok_or_else(|| given.refuse("log_severity_level", "is not in 0 to 4"))?;
        let overrides = pairs(&given, "free_dimension_overrides", |value| value.to_int().ok())?;
        if let Some((name, length)) = overrides.iter().find(|(_, length)| *length < 0) {
            let why = format!("{name:?}: {length} is no length");
            return Err(given.refuse("free_dimension_overrides", why));
        }
        let options = Self {
            intra_op_num_threads: threads("intra_op_num_threads")?,
            inter_op_num_threads: threads("inter_op_num_threads")?,
            parallel: mode == "ORT_PARALLEL",
            optimization: level.map_or(Optimization::All, |(_, level)| *level),
            enable_cpu_mem_arena: given.bool("enable_cpu_mem_arena", true)?,
            enable_mem_pattern: given.bool("enable_mem_pattern", true)?,
            use_deterministic_compute: given.bool("use_deterministic_compute", false)?,
            log_severity_level: severity,
            free_dimension_overrides: overrides,
            config_entries: pairs(&given, "config_entries", |value| {
                arguments::text("a value", value).ok()
            })?,
        };
        given.finish()?;
        Ok(options)
    }

    /// The options as ONNX Runtime takes them.
    pub(super) fn build(
        &self,
        runtime: &Runtime,
        may_fold: bool,
    ) -> std::result::Result<SessionBuilder, ort::Error> {
        let level = match self.optimization {
            Optimization::None => GraphOptimizationLevel::Disable,
            Optimization::Basic => GraphOptimizationLevel::Level1,
            Optimization::Extended => GraphOptimizationLevel::Level2,
            Optimization::All => GraphOptimizationLevel::All,
        };
        let log = match self.log_severity_level {
            0 => LogLevel::Verbose,
            1 => LogLevel::Info,
            2 => LogLevel::Warning,
            3 => LogLevel::Error,
            _ => LogLevel::Fatal,
        };
        let mut builder = SessionBuilder::new(runtime.environment())?
            .with_log_level(log)?
            .with_optimization_level(level)?
            .with_intra_threads(self.intra_op_num_threads)?
            .with_inter_threads(self.inter_op_num_threads)?
            .with_parallel_execution(self.parallel)?
            .with_memory_pattern(self.enable_mem_pattern)?
            .with_deterministic_compute(self.use_deterministic_compute)?
            // A few bytes of a file may ask for a constant of any size.
            .with_config_entry(LARGEST_CONSTANT.0, LARGEST_CONSTANT.1)?;
        if !self.enable_cpu_mem_arena {
            // SAFETY: the options live, and the status is handed over.
            unsafe {
                let status = (ort::api().DisableCpuMemArena)(builder.ptr_mut());
                ort::Error::result_from_status(status)?;
            }
        }
        for (name, length) in &self.free_dimension_overrides {
            builder = builder.with_dimension_override(name, *length)?;
        }
        for (key, value) in &self.config_entries {
            builder = builder.with_config_entry(key, value)?;
        }
        if !may_fold {
            let given = self.config_entries.iter().rfind(|(key, _)| key == SWITCHED_OFF);
            let given = given.map_or("", |(_, names)| names.as_str());
            builder =
                builder.with_config_entry(SWITCHED_OFF, format!("ConstantFolding;{given}"))?;
        }
        // What a file is its content says: never another format that happens to look like it.
        Ok(builder.with_config_entry("session.load_model_format", "ONNX")?)
    }
}

/// The names of optimizers that are not to be used, with semicolons between them.
const SWITCHED_OFF: &str = "optimization.disable_specified_optimizers";

/// Constants that would take more are computed when the model runs.
const LARGEST_CONSTANT: (&str, &str) =
    ("optimization.constant_folding_max_output_size_in_bytes", "268435456");

/// The pairs of an option that is a dict with texts as keys.
fn pairs<T>(
    options: &Options,
    option: &'static str,
    read: impl Fn(RuntimeValue) -> Option<T>,
) -> Result<Vec<(String, T)>> {
    let given = options.value(option)?.filter(|value| *value != RuntimeValue::NIL);
    let Some(value) = given else { return Ok(Vec::new()) };
    let dict = Dict::of(option, value)?;
    let pair = |(key, value)| {
        let key = arguments::text("a key", key).ok().filter(|key| !key.contains('\0'));
        let pair = key.zip(read(value));
        pair.ok_or_else(|| options.refuse(option, "has a key or a value of the wrong type"))
    };
    dict.iter().map(pair).collect()
}
