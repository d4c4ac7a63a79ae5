function normalized(text) { return text.trim(); }
