"""What a stranger needs to check a transcript and to replay the registry."""
