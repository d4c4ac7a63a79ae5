//! The two people who have an account at the Academy.

use sha1::{Digest as _, Sha1};

/// An app user of the Academy (academy-api.md, "Account selection").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// John Doe.
    JohnDoe,
    /// Jane Black.
    JaneBlack,
}

impl Person {
    /// Both, in the order of the consent page.
    pub const ALL: [Self; 2] = [Self::JohnDoe, Self::JaneBlack];

    /// The value of the person's radio button.
    pub fn id(self) -> &'static str {
        match self {
            Self::JohnDoe => "john-doe",
            Self::JaneBlack => "jane-black",
        }
    }

    /// The person with this [`Person::id`].
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|person| person.id() == id)
    }

    /// The name, which is also `user` in `GET /info`.
    pub fn name(self) -> &'static str {
        match self {
            Self::JohnDoe => "John Doe",
            Self::JaneBlack => "Jane Black",
        }
    }

    /// `id` in `GET /info`: 40 hexadecimal characters as in the documentation's example, the same
    /// at every connection.
    pub fn account_id(self) -> String {
        hex::encode(Sha1::digest(self.name()))
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::JohnDoe => Self::JaneBlack,
            Self::JaneBlack => Self::JohnDoe,
        }
    }
}
