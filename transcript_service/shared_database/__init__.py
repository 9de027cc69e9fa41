"""The shared database of the education sector: what we read from it, and a reference server."""
