//! The heap objects as they lie in memory. Compiled code and C helpers read some of these fields, so
//! offsets are part of the ABI; each is pinned below.

use std::mem::offset_of;

use hashbrown::HashTable;

use crate::types::ObjectType;
use crate::word::RuntimeValue;

/// What every object begins with.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Header {
    /// The number of the object's [`ObjectType`].
    pub(crate) object_type: u8,
    /// The collector flags of compiled code. The runtime leaves them alone.
    pub(crate) gc_flags: u8,
    pub(crate) reserved: u16,
    /// The object's size with this header, without separate buffers; `u32::MAX` from 4 GiB on.
    pub(crate) size: u32,
}

impl Header {
    pub(crate) fn new(object_type: ObjectType, size: usize) -> Self {
        Self {
            object_type: object_type as u8,
            gc_flags: 0,
            reserved: 0,
            size: u32::try_from(size).unwrap_or(u32::MAX),
        }
    }
}

/// An object of a fixed type, and how large one is.
pub(crate) trait Object {
    const TYPE: ObjectType;

    /// The object's size in bytes as its own fields tell it; saturating.
    fn size(&self) -> usize;
}

/// `header` bytes and `count` words.
fn with_words(header: usize, count: u64) -> usize {
    (count as usize).saturating_mul(8).saturating_add(header)
}

macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident: $type:ident, size($this:ident) = $size:expr, {
        $($(#[$field_doc:meta])* $field:ident: $field_type:ty = $offset:expr,)*
    })*) => {
        $(
            $(#[$doc])*
            #[repr(C)]
            pub(crate) struct $name {
                pub(crate) header: Header,
                $($(#[$field_doc])* pub(crate) $field: $field_type,)*
            }

            impl Object for $name {
                const TYPE: ObjectType = ObjectType::$type;

                fn size(&self) -> usize {
                    let $this = self;
                    $size
                }
            }

            $(const _: () = assert!(offset_of!($name, $field) == $offset);)*
        )*
    };
}

objects! {
    /// The bytes follow the struct.
    StringObject: String, size(this) = (this.len as usize).saturating_add(size_of::<Self>()), {
        len: u64 = 8,
        /// FNV-1a 64 of the bytes, 0 for the empty string and for long ones.
        hash: u64 = 16,
    }
    ArrayObject: Array, size(_this) = size_of::<Self>(), {
        len: u64 = 8,
        capacity: u64 = 16,
        data: *mut RuntimeValue = 24,
    }
    /// The entries of a dict in order of insertion, and an index into them by hash.
    DictObject: Dict, size(_this) = size_of::<Self>(), {
        /// How many entries are live.
        len: u64 = 8,
        capacity: u64 = 16,
        entries: *mut Entry = 24,
        /// How many entries are taken, removed ones among them.
        used: u64 = 32,
        index: HashTable<u32> = 40,
    }
    /// The items follow the struct.
    TupleObject: Tuple, size(this) = with_words(size_of::<Self>(), this.len), {
        len: u64 = 8,
    }
    /// The fields follow the struct.
    ClassObject: Object, size(this) = with_words(size_of::<Self>(), u64::from(this.field_count)), {
        class_id: u32 = 8,
        field_count: u32 = 12,
    }
    /// The captures follow the struct.
    ClosureObject: Closure, size(this) = with_words(size_of::<Self>(), u64::from(this.capture_count)), {
        function: *const u8 = 8,
        capture_count: u32 = 16,
        reserved: u32 = 20,
    }
    EnumObject: Enum, size(_this) = size_of::<Self>(), {
        enum_id: u32 = 8,
        discriminant: u32 = 12,
        payload: RuntimeValue = 16,
    }
    UniqueObject: Unique, size(_this) = size_of::<Self>(), {
        value: RuntimeValue = 8,
    }
    SharedObject: Shared, size(_this) = size_of::<Self>(), {
        value: RuntimeValue = 8,
        ref_count: u64 = 16,
        /// Tells this box from a later one at the same address; no two boxes have one serial.
        serial: u64 = 24,
    }
    WeakObject: Weak, size(_this) = size_of::<Self>(), {
        address: u64 = 8,
        shared: RuntimeValue = 16,
        serial: u64 = 24,
    }
    HandleObject: Handle, size(_this) = size_of::<Self>(), {
        /// Counts from 1 through the life of the process.
        serial: u64 = 8,
        value: RuntimeValue = 16,
    }
    FloatObject: Float, size(_this) = size_of::<Self>(), {
        float: f64 = 8,
    }
    UIntObject: UInt, size(_this) = size_of::<Self>(), {
        int: u64 = 8,
    }
    IntObject: Int, size(_this) = size_of::<Self>(), {
        int: i64 = 8,
    }
}

/// One pair of a dict.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Entry {
    /// [`REMOVED`] where the pair was removed.
    pub(crate) key: RuntimeValue,
    pub(crate) value: RuntimeValue,
    /// The key's hash, kept because the key may be freed while it is in the dict.
    pub(crate) hash: u64,
}

/// The key of a removed pair: a heap word with a null address, which no value has.
pub(crate) const REMOVED: RuntimeValue = RuntimeValue::raw(1);

const _: () = assert!(size_of::<Header>() == 8);
const _: () = assert!(size_of::<StringObject>() == 24);
const _: () = assert!(size_of::<ArrayObject>() == 32);
const _: () = assert!(size_of::<TupleObject>() == 16);
const _: () = assert!(size_of::<ClassObject>() == 16);
const _: () = assert!(size_of::<ClosureObject>() == 24);
const _: () = assert!(size_of::<EnumObject>() == 24);
