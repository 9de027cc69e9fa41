"""PDF in, signed PDF out: PAdES signatures of the principal and the school."""
