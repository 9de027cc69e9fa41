"""What anybody may ask over HTTP under `/v1` (ADR 0025)."""
