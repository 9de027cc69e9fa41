"""Rendering: a pure function from a transcript's canonical JSON to PDF bytes."""
