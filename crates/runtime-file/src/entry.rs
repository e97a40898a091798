//! What there is under a name, and changes to it that leave the content alone.
