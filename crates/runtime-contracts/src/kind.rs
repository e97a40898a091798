//! The kinds of contracts.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $exported:ident = $number:literal, $name:literal;)*) => {
        /// What a contract is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Kind {
            /// All kinds, by number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// What the kind is called in messages.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        $(const _: () = assert!(numbers::$exported == $number);)*
    };
}

kinds! {
    /// What must hold when a function is called.
    Precondition RT_CONTRACT_PRECONDITION = 0, "Precondition";
    /// What holds when it returns.
    Postcondition RT_CONTRACT_POSTCONDITION = 1, "Postcondition";
    /// What holds when it returns an error.
    ErrorPostcondition RT_CONTRACT_ERROR_POSTCONDITION = 2, "Error postcondition";
    /// An invariant of a class, at the start of a method.
    EntryInvariant RT_CONTRACT_ENTRY_INVARIANT = 3, "Entry invariant";
    /// An invariant of a class, at the end of a method.
    ExitInvariant RT_CONTRACT_EXIT_INVARIANT = 4, "Exit invariant";
    /// What holds in the middle of a function.
    Assertion RT_CONTRACT_ASSERTION = 5, "Assertion";
}

/// The numbers as the header has them.
pub mod numbers {
    /// What must hold when a function is called.
    pub const RT_CONTRACT_PRECONDITION: i64 = 0;
    /// What holds when a function returns.
    pub const RT_CONTRACT_POSTCONDITION: i64 = 1;
    /// What holds when a function returns an error.
    pub const RT_CONTRACT_ERROR_POSTCONDITION: i64 = 2;
    /// An invariant of a class, at the start of a method.
    pub const RT_CONTRACT_ENTRY_INVARIANT: i64 = 3;
    /// An invariant of a class, at the end of a method.
    pub const RT_CONTRACT_EXIT_INVARIANT: i64 = 4;
    /// What holds in the middle of a function.
    pub const RT_CONTRACT_ASSERTION: i64 = 5;
    /// All kinds together, for the counts.
    pub const RT_CONTRACT_ALL: i64 = -1;
}

impl Kind {
    /// The kind with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self as i64
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}
