"""The sector's shared database: client, reference server and sample data."""
