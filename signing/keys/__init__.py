"""Where a signing key lives: PKCS#12 today, tokens and remote services later."""
