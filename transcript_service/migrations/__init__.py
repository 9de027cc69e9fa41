"""The history of the service's own database schema (Alembic)."""
