"""The issuer's side: from the shared database to issued, anchored transcripts."""
