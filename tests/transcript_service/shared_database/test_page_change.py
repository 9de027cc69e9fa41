"""Whatever the order and the repetitions in which records come, the mirror ends the same."""

import json

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine, select

from tests.transcript_service.shared_database.small_upstream import ENVELOPE
from tests.transcript_service.shared_database.test_sync_places import mark
from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR
from transcript_service.shared_database.dialects import NATIONAL
from transcript_service.shared_database.envelope import Scope
from transcript_service.shared_database.mirror import MirrorMark, RefusedRecord
from transcript_service.shared_database.page_change import PageChange

SCOPE = Scope(school_code="S1", school_year=SCHOOL_YEAR)


@st.composite
def histories(draw):
    """Versions 1 to n of some records, each good or bad; a CANCEL says what stood before it."""
    history = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        scores = draw(st.lists(st.sampled_from([1, 2, 11, None]), min_size=1, max_size=4))
        history.append(
            [
                ENVELOPE | mark(number, version=version, diem=score)
                for version, score in enumerate(scores, start=1)
            ]
        )
    return history


def _read(pages):
    """Apply pages to an empty mirror; return the marks, and what stands refused."""
    engine = create_engine("sqlite://")
    tables = [SQLModel.metadata.tables[name] for name in ("mirror_mark", "sync_refused_record")]
    SQLModel.metadata.create_all(engine, tables)
    with Session(engine) as session:
        for page in pages:
            PageChange(session, NATIONAL.table("diem"), SCOPE, page).write(1)
        marks = {
            row.record_id: (row.version, row.score) for row in session.exec(select(MirrorMark))
        }
        refused = select(RefusedRecord).where(RefusedRecord.resolved == False)  # noqa: E712  SQL
        return marks, {
            (row.record_id, row.upstream_field, row.version) for row in session.exec(refused)
        }


@given(histories(), st.data())
def test_the_order_of_records_and_pages_makes_no_difference(history, data):
    """Shuffled, repeated and cut into pages elsewhere, as a wavering upstream does."""
    records = [version for versions in history for version in versions]
    repeated = records + data.draw(st.lists(st.sampled_from(records), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    pages = [
        shuffled[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)
    ]

    assert _read(pages) == _read([[record] for record in records])


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.dictionaries(
                st.sampled_from([*ENVELOPE, "idbanghi", "mahocsinh", "diem"]), inner
            ),
            max_leaves=8,
        ),
        max_size=5,
    )
)
def test_any_records_are_taken_or_refused_and_nothing_else_happens(page):
    """Whatever JSON can say."""
    good = ENVELOPE | mark(1, diem=8)

    marks, _refused = _read([[*json.loads(json.dumps(page)), good]])

    assert marks["M001"][0] >= 1
