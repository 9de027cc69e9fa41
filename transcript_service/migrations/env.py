"""
Run by Alembic, through `transcript_service.database` only.

The connection comes from `config.attributes["connection"]` and is already in a transaction:
all steps of one upgrade happen together or not at all.
"""

from alembic import context

from transcript_service.database import service_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=service_metadata(),
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
