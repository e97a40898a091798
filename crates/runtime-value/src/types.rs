//! The numbers of the heap object types, as they stand in the first byte of every object.

macro_rules! types {
    ($($(#[$doc:meta])* $variant:ident $exported:ident = $number:literal, $name:literal;)*) => {
        /// What a heap object is. The number is the first byte of the object, and the `kind` of
        /// the heap statistics.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum ObjectType {
            $($(#[$doc])* $variant = $number,)*
        }

        impl ObjectType {
            /// The type with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Whether the content of the objects belongs to another crate.
            #[inline(always)]
            pub(crate) const fn is_foreign(self) -> bool {
                matches!(
                    self,
                    Self::ContractViolation
                        | Self::Mutex
                        | Self::RwLock
                        | Self::Semaphore
                        | Self::Barrier
                        | Self::Atomic
                        | Self::Torch
                )
            }

            /// What an object of the type is called in errors.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        $(const _: () = assert!(numbers::$exported == $number);)*
    };
}

types! {
    /// Bytes with a length and a hash.
    String RT_TYPE_STRING = 0x01, "string";
    /// A growable sequence.
    Array RT_TYPE_ARRAY = 0x02, "array";
    /// A map from values to values.
    Dict RT_TYPE_DICT = 0x03, "dict";
    /// A sequence of fixed length.
    Tuple RT_TYPE_TUPLE = 0x04, "tuple";
    /// An instance of a class.
    Object RT_TYPE_OBJECT = 0x05, "object";
    /// A function with its captures.
    Closure RT_TYPE_CLOSURE = 0x06, "closure";
    /// A variant with its payload.
    Enum RT_TYPE_ENUM = 0x07, "enum";
    /// An owning box.
    Unique RT_TYPE_UNIQUE = 0x0B, "unique";
    /// A box with a reference count.
    Shared RT_TYPE_SHARED = 0x0C, "shared";
    /// A box that can be marked invalid.
    Handle RT_TYPE_HANDLE = 0x0D, "handle";
    /// A reference to a shared box that does not keep it.
    Weak RT_TYPE_WEAK = 0x0F, "weak";
    /// A broken contract.
    ContractViolation RT_TYPE_CONTRACT_VIOLATION = 0x10, "contract violation";
    /// A mutex around a value.
    Mutex RT_TYPE_MUTEX = 0x11, "mutex";
    /// A readers-writer lock around a value.
    RwLock RT_TYPE_RWLOCK = 0x12, "rwlock";
    /// A counting semaphore.
    Semaphore RT_TYPE_SEMAPHORE = 0x13, "semaphore";
    /// A barrier.
    Barrier RT_TYPE_BARRIER = 0x14, "barrier";
    /// An atomic int.
    Atomic RT_TYPE_ATOMIC = 0x15, "atomic";
    /// A PyTorch tensor, module, optimizer and so on.
    Torch RT_TYPE_TORCH = 0x1B, "torch object";
    /// A double that no inline form holds.
    Float RT_TYPE_FLOAT = 0x1C, "float";
    /// An int above the largest signed one.
    UInt RT_TYPE_UINT = 0x1D, "int";
    /// A signed int of more than 61 bits.
    Int RT_TYPE_INT = 0x1E, "int";
    /// A block of `rt_alloc`: no object until compiled code builds one in it.
    Raw RT_TYPE_RAW = 0x1F, "raw block";
}

/// The numbers as the header has them.
pub mod numbers {
    /// A string: bytes with a length and a hash.
    pub const RT_TYPE_STRING: i64 = 0x01;
    /// An array: a growable sequence.
    pub const RT_TYPE_ARRAY: i64 = 0x02;
    /// A dict: a map from values to values.
    pub const RT_TYPE_DICT: i64 = 0x03;
    /// A tuple: a sequence of fixed length.
    pub const RT_TYPE_TUPLE: i64 = 0x04;
    /// An instance of a class.
    pub const RT_TYPE_OBJECT: i64 = 0x05;
    /// A function with its captures.
    pub const RT_TYPE_CLOSURE: i64 = 0x06;
    /// A variant with its payload.
    pub const RT_TYPE_ENUM: i64 = 0x07;
    /// An owning box.
    pub const RT_TYPE_UNIQUE: i64 = 0x0B;
    /// A box with a reference count.
    pub const RT_TYPE_SHARED: i64 = 0x0C;
    /// A box that can be marked invalid, made by `rt_handle_new`.
    pub const RT_TYPE_HANDLE: i64 = 0x0D;
    /// A reference to a shared box that does not keep it.
    pub const RT_TYPE_WEAK: i64 = 0x0F;
    /// A broken contract.
    pub const RT_TYPE_CONTRACT_VIOLATION: i64 = 0x10;
    /// A mutex around a value.
    pub const RT_TYPE_MUTEX: i64 = 0x11;
    /// A readers-writer lock around a value.
    pub const RT_TYPE_RWLOCK: i64 = 0x12;
    /// A counting semaphore.
    pub const RT_TYPE_SEMAPHORE: i64 = 0x13;
    /// A barrier.
    pub const RT_TYPE_BARRIER: i64 = 0x14;
    /// An atomic int as a heap object.
    pub const RT_TYPE_ATOMIC: i64 = 0x15;
    /// A PyTorch tensor, module, optimizer and so on.
    pub const RT_TYPE_TORCH: i64 = 0x1B;
    /// A double that no inline form holds.
    pub const RT_TYPE_FLOAT: i64 = 0x1C;
    /// An int above the largest signed one.
    pub const RT_TYPE_UINT: i64 = 0x1D;
    /// A signed int of more than 61 bits.
    pub const RT_TYPE_INT: i64 = 0x1E;
    /// A block of `rt_alloc`: no object until compiled code builds one in it.
    pub const RT_TYPE_RAW: i64 = 0x1F;
}

/// One more than the largest type number.
pub(crate) const TYPES: usize = 0x20;
