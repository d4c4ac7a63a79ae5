//! How the switches are declared: one entry a question, from which the enums, the values and the table are made.

/// Declares the switches: an enum per question (its first value is the default), the struct that holds a value
/// of each, and the table that documentation, command line and reports read.
macro_rules! switches {
    ($(
        $(#[$doc:meta])*
        $field:ident: $name:ident = $key:literal, $question:literal, $source:literal,
        { $first:ident = $first_text:literal : $first_effect:literal,
          $($variant:ident = $text:literal : $effect:literal),+ $(,)? }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub enum $name {
                #[doc = $first_effect]
                #[default]
                $first,
                $(#[doc = $effect] $variant,)+
            }

            impl $name {
                /// The switch this is a value of.
                pub const SWITCH: &'static Switch = &Switch {
                    key: $key,
                    question: $question,
                    values: &[
                        SwitchValue { name: $first_text, effect: $first_effect },
                        $(SwitchValue { name: $text, effect: $effect },)+
                    ],
                    source: $source,
                };

                /// The value of this name, if there is one.
                pub fn parse(text: &str) -> Option<Self> {
                    match text {
                        $first_text => Some(Self::$first),
                        $($text => Some(Self::$variant),)+
                        _ => None,
                    }
                }

                /// The name of this value.
                pub fn name(self) -> &'static str {
                    match self {
                        Self::$first => $first_text,
                        $(Self::$variant => $text,)+
                    }
                }
            }
        )+

        /// A value for every switch.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct Values {
            $($(#[$doc])* pub $field: $name,)+
        }

        impl Values {
            /// Writes the value named `text`; false when the switch `key` has no such value.
            pub(super) fn assign(&mut self, key: &str, text: &str) -> bool {
                match key {
                    $($key => $name::parse(text).map(|value| self.$field = value).is_some(),)+
                    _ => false,
                }
            }

            /// The name of the value in force; empty for a key that is no switch.
            pub(super) fn read(&self, key: &str) -> &'static str {
                match key {
                    $($key => self.$field.name(),)+
                    _ => "",
                }
            }
        }

        /// Every switch, in the order of the documentation.
        pub const SWITCHES: &[&Switch] = &[$($name::SWITCH),+];
    };
}
