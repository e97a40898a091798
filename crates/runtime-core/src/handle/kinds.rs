//! The kinds of handles: one list, because the numbers must differ across all areas.

/// A kind of handle: a number from 1 to 63 and what an object of the kind is called in errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandleKind {
    number: u8,
    name: &'static str,
}

impl HandleKind {
    /// The number, `RT_HANDLE_KIND_…` in the header.
    #[inline(always)]
    pub const fn number(self) -> u8 {
        self.number
    }

    /// What an object of this kind is called in an error's text.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// One more than the largest kind number.
pub(super) const SLOTS: usize = 64;

macro_rules! kinds {
    ($($constant:ident $exported:ident = $number:literal, $name:literal;)*) => {
        $(
            #[doc = concat!("A ", $name, ".")]
            pub const $constant: HandleKind = HandleKind { number: $number, name: $name };
            const _: () = assert!(numbers::$exported == $number && $number < SLOTS as i64);
        )*

        const ALL: &[HandleKind] = &[$($constant),*];
    };
}

/// The numbers as the header has them.
pub mod numbers {
    /// All kinds together, for `rt_handle_live_count`.
    pub const RT_HANDLE_KIND_ALL: i64 = 0;
    /// Made by `rt_atomic_bool_new`.
    pub const RT_HANDLE_KIND_ATOMIC_BOOL: i64 = 1;
    /// Made by `rt_atomic_int_new`.
    pub const RT_HANDLE_KIND_ATOMIC_INT: i64 = 2;
    /// Made by `rt_atomic_flag_new`.
    pub const RT_HANDLE_KIND_ATOMIC_FLAG: i64 = 3;
    /// Made by `rt_once_new`.
    pub const RT_HANDLE_KIND_ONCE: i64 = 4;
    /// Made by `rt_arena_new`.
    pub const RT_HANDLE_KIND_ARENA: i64 = 5;
    /// Made by `rt_concurrent_map_new`.
    pub const RT_HANDLE_KIND_CONCURRENT_MAP: i64 = 6;
    /// Made by `rt_concurrent_queue_new`.
    pub const RT_HANDLE_KIND_CONCURRENT_QUEUE: i64 = 7;
    /// Made by `rt_concurrent_stack_new`.
    pub const RT_HANDLE_KIND_CONCURRENT_STACK: i64 = 8;
    /// Made by `rt_pool_new`.
    pub const RT_HANDLE_KIND_POOL: i64 = 9;
    /// Made by `rt_tls_new`.
    pub const RT_HANDLE_KIND_TLS: i64 = 10;
    /// Made by `rt_sha1_new`.
    pub const RT_HANDLE_KIND_SHA1: i64 = 11;
    /// Made by `rt_sha256_new`.
    pub const RT_HANDLE_KIND_SHA256: i64 = 12;
    /// Made by `rt_sha512_new`.
    pub const RT_HANDLE_KIND_SHA512: i64 = 13;
    /// Made by `rt_xxhash_new` and `rt_xxhash_new_with_seed`.
    pub const RT_HANDLE_KIND_XXHASH: i64 = 14;
    /// Made by `rt_condvar_new`.
    pub const RT_HANDLE_KIND_CONDVAR: i64 = 15;
    /// Made by `rt_thread_local_new`.
    pub const RT_HANDLE_KIND_THREAD_LOCAL: i64 = 16;
    /// Made by `rt_thread_spawn_isolated` and its kin.
    pub const RT_HANDLE_KIND_THREAD: i64 = 17;
    /// Made by the concurrent map whose keys are values.
    pub const RT_HANDLE_KIND_CONCURRENT_VALUE_MAP: i64 = 18;
    /// Made by the bounded concurrent queue.
    pub const RT_HANDLE_KIND_BOUNDED_QUEUE: i64 = 19;
    /// Made by the streaming encoders and decoders of base64.
    pub const RT_HANDLE_KIND_BASE64_STREAM: i64 = 20;
    /// Made by `rt_process_spawn` and its kin.
    pub const RT_HANDLE_KIND_PROCESS: i64 = 21;
    /// Made by `rt_semaphore_new`, behind its value.
    pub const RT_HANDLE_KIND_SEMAPHORE: i64 = 22;
    /// Made by `rt_barrier_new`, behind its value.
    pub const RT_HANDLE_KIND_BARRIER: i64 = 23;
    /// Made by `rt_atomic_new`, behind its value.
    pub const RT_HANDLE_KIND_ATOMIC: i64 = 24;
    /// Made by `rt_channel_new`.
    pub const RT_HANDLE_KIND_CHANNEL: i64 = 25;
    /// Made by the `rt_torch_*` functions that return tensors.
    pub const RT_HANDLE_KIND_TENSOR: i64 = 26;
    /// Made by `rt_torch_module_new` and the layers' constructors.
    pub const RT_HANDLE_KIND_MODULE: i64 = 27;
    /// Made by `rt_torch_optimizer_new` and its kin.
    pub const RT_HANDLE_KIND_OPTIMIZER: i64 = 28;
    /// Made by the `rt_torch_scheduler_*_new` functions.
    pub const RT_HANDLE_KIND_SCHEDULER: i64 = 29;
    /// Made by `rt_torch_tensor_dataset_new` and the readers of data sets.
    pub const RT_HANDLE_KIND_DATASET: i64 = 30;
    /// Made by `rt_torch_dataloader_new`.
    pub const RT_HANDLE_KIND_DATALOADER: i64 = 31;
    /// Made by `rt_torch_autograd_context_new`.
    pub const RT_HANDLE_KIND_AUTOGRAD_CONTEXT: i64 = 32;
    /// Made by `rt_torch_jit_script`, `rt_torch_jit_trace`, `rt_torch_jit_load` and their kin.
    pub const RT_HANDLE_KIND_JIT_MODULE: i64 = 33;
    /// Made by `rt_torch_autograd_function_new`.
    pub const RT_HANDLE_KIND_AUTOGRAD_FUNCTION: i64 = 34;
    /// Made by `rt_torch_onnx_load`.
    pub const RT_HANDLE_KIND_ONNX_SESSION: i64 = 35;
    /// Made by `rt_torch_dist_init_process_group` and its kin.
    pub const RT_HANDLE_KIND_PROCESS_GROUP: i64 = 36;
    /// Made by the collectives that do not wait.
    pub const RT_HANDLE_KIND_WORK: i64 = 37;
    /// Made by `rt_torch_dist_ddp_new`.
    pub const RT_HANDLE_KIND_DDP: i64 = 38;
    /// Made by `rt_torch_dist_sampler_new`.
    pub const RT_HANDLE_KIND_SAMPLER: i64 = 39;
}

kinds! {
    ATOMIC_BOOL RT_HANDLE_KIND_ATOMIC_BOOL = 1, "atomic bool";
    ATOMIC_INT RT_HANDLE_KIND_ATOMIC_INT = 2, "atomic int";
    ATOMIC_FLAG RT_HANDLE_KIND_ATOMIC_FLAG = 3, "atomic flag";
    ONCE RT_HANDLE_KIND_ONCE = 4, "once token";
    ARENA RT_HANDLE_KIND_ARENA = 5, "arena";
    CONCURRENT_MAP RT_HANDLE_KIND_CONCURRENT_MAP = 6, "concurrent map";
    CONCURRENT_QUEUE RT_HANDLE_KIND_CONCURRENT_QUEUE = 7, "concurrent queue";
    CONCURRENT_STACK RT_HANDLE_KIND_CONCURRENT_STACK = 8, "concurrent stack";
    POOL RT_HANDLE_KIND_POOL = 9, "pool";
    TLS RT_HANDLE_KIND_TLS = 10, "thread-local store";
    SHA1 RT_HANDLE_KIND_SHA1 = 11, "SHA-1 hasher";
    SHA256 RT_HANDLE_KIND_SHA256 = 12, "SHA-256 hasher";
    SHA512 RT_HANDLE_KIND_SHA512 = 13, "SHA-512 hasher";
    XXHASH RT_HANDLE_KIND_XXHASH = 14, "XXH3 hasher";
    CONDVAR RT_HANDLE_KIND_CONDVAR = 15, "condition variable";
    THREAD_LOCAL RT_HANDLE_KIND_THREAD_LOCAL = 16, "thread-local slot";
    THREAD RT_HANDLE_KIND_THREAD = 17, "thread";
    CONCURRENT_VALUE_MAP RT_HANDLE_KIND_CONCURRENT_VALUE_MAP = 18, "concurrent value map";
    BOUNDED_QUEUE RT_HANDLE_KIND_BOUNDED_QUEUE = 19, "bounded queue";
    BASE64_STREAM RT_HANDLE_KIND_BASE64_STREAM = 20, "base64 stream";
    PROCESS RT_HANDLE_KIND_PROCESS = 21, "process";
    SEMAPHORE RT_HANDLE_KIND_SEMAPHORE = 22, "semaphore";
    BARRIER RT_HANDLE_KIND_BARRIER = 23, "barrier";
    ATOMIC RT_HANDLE_KIND_ATOMIC = 24, "atomic";
    CHANNEL RT_HANDLE_KIND_CHANNEL = 25, "channel";
    TENSOR RT_HANDLE_KIND_TENSOR = 26, "tensor";
    MODULE RT_HANDLE_KIND_MODULE = 27, "module";
    OPTIMIZER RT_HANDLE_KIND_OPTIMIZER = 28, "optimizer";
    SCHEDULER RT_HANDLE_KIND_SCHEDULER = 29, "scheduler";
    DATASET RT_HANDLE_KIND_DATASET = 30, "dataset";
    DATALOADER RT_HANDLE_KIND_DATALOADER = 31, "data loader";
    AUTOGRAD_CONTEXT RT_HANDLE_KIND_AUTOGRAD_CONTEXT = 32, "autograd context";
    JIT_MODULE RT_HANDLE_KIND_JIT_MODULE = 33, "TorchScript module";
    AUTOGRAD_FUNCTION RT_HANDLE_KIND_AUTOGRAD_FUNCTION = 34, "autograd function";
    ONNX_SESSION RT_HANDLE_KIND_ONNX_SESSION = 35, "ONNX session";
    PROCESS_GROUP RT_HANDLE_KIND_PROCESS_GROUP = 36, "process group";
    WORK RT_HANDLE_KIND_WORK = 37, "work";
    DDP RT_HANDLE_KIND_DDP = 38, "DDP wrapper";
    SAMPLER RT_HANDLE_KIND_SAMPLER = 39, "sampler";
}

/// Whether `number` is a kind's.
pub(super) fn is_kind(number: u8) -> bool {
    ALL.iter().any(|kind| kind.number == number)
}

/// The name of kind `number`.
pub(super) fn name_of(number: u8) -> &'static str {
    ALL.iter().find(|kind| kind.number == number).map_or("unknown", |kind| kind.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dense_and_unique() {
        for (position, kind) in ALL.iter().enumerate() {
            assert_eq!(usize::from(kind.number()), position + 1, "{}", kind.name());
        }
        assert!(!is_kind(0) && !is_kind(0xff));
    }
}
