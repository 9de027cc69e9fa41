"""Issuing: batches of named, repeatable steps, from signing to receipts."""
