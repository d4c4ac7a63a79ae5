//! Dates.

use super::family;

family! {}
