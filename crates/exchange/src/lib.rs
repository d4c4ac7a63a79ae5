//! One HTTP request and its response: messages, transports, recording, replay, redaction
