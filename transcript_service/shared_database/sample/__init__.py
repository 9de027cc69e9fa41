"""
Sample data that belong to nobody: one class for the demo, or whole schools, reproducible by seed.

Personal IDs carry the unassigned prefix 000, places do not exist, and schools are marked as
sample data. Results are computed by the sample's own code, apart from `transcript_service.rules`.
"""

from transcript_service.shared_database.sample.one_class import SampleSummary, write_sample
from transcript_service.shared_database.sample.writing import SampleClient

__all__ = ["SampleClient", "SampleSummary", "write_sample"]
