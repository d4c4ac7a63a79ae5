//! Spans, sources, the escape map, diagnostics, fixes, suggestions and their renderers
