//! Walks a definition: a pure state machine and the driver that performs its actions
