"""The commands of `hocba`, one module for each group."""
