"""The circulars, one pure module each."""
