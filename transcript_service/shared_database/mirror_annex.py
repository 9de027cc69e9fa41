"""
More tables of the mirror: what stands beside a class and its marks.

Sites of a school, who teaches what, pupils who come and go, study topics and chosen subjects of
upper secondary school.
"""

from decimal import Decimal

from sqlalchemy import Column
from sqlmodel import Field

from transcript_service.shared_database.mirror import DecimalText, MirrorRecord, OfPupilInClass


class MirrorSite(MirrorRecord, table=True):
    """A site of a school (điểm trường)."""

    __tablename__ = "mirror_site"

    school_code: str
    site_code: str = Field(index=True)
    name: str
    address: str | None
    commune: str | None
    is_main: bool


class MirrorTeaching(MirrorRecord, table=True):
    """A subject that a member of staff teaches in a school year (phân công giảng dạy)."""

    __tablename__ = "mirror_teaching"

    school_code: str
    school_year: str
    staff_code: str = Field(index=True)
    subject_code: str
    class_code: str | None
    term: int | None
    """None: both terms."""


class MirrorTransfer(MirrorRecord, table=True):
    """A pupil who came to the school or left it during the year (chuyển trường)."""

    __tablename__ = "mirror_transfer"

    school_code: str
    school_year: str
    student_code: str = Field(index=True)
    direction: str
    """`in` or `out`."""
    moved_on: str
    """`YYYY-MM-DD`."""
    from_school: str
    to_school: str
    from_school_code: str | None
    """None for a school outside the shared database."""
    to_school_code: str | None


class MirrorStudyTopic(OfPupilInClass, table=True):
    """The result of a subject's study topics in one term (chuyên đề học tập, THPT)."""

    __tablename__ = "mirror_study_topic"

    subject_code: str
    term: int
    score: Decimal | None = Field(sa_column=Column(DecimalText, nullable=True))
    passed: bool | None


class MirrorChosenSubject(OfPupilInClass, table=True):
    """An elective or optional subject that a pupil takes, where a class did not choose alike."""

    __tablename__ = "mirror_chosen_subject"

    subject_code: str
