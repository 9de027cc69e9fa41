"""Whatever the bytes are, there is a verdict: nothing that a PDF can do reaches the caller."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.issued import Office
from verifier.report import Verdict


@settings(max_examples=40)
@given(data=st.data())
def test_a_mangled_document_never_passes(issued: Office, data: st.DataObject) -> None:
    """Slices cut out, doubled, overwritten or inserted."""
    pdf = issued.documents["a"].pdf
    start = data.draw(st.integers(0, len(pdf) - 1), label="start")
    stop = data.draw(st.integers(start, min(len(pdf), start + 5_000)), label="stop")
    filling = data.draw(
        st.one_of(
            st.binary(max_size=200),
            st.sampled_from([b"", pdf[start:stop] * 2, b"%%EOF\n", b"endobj\n", b"<<" * 500]),
        ),
        label="filling",
    )
    mangled = pdf[:start] + filling + pdf[stop:]

    report = issued.check("a", mangled, registry=issued.view())

    assert report.verdict is (Verdict.TOTAL_PASSED if mangled == pdf else Verdict.TOTAL_FAILED)


@given(content=st.binary(max_size=2_000))
def test_arbitrary_bytes_are_a_format_failure(issued: Office, content: bytes) -> None:
    """No PDF at all."""
    report = issued.check("a", b"%PDF-1.7\n" + content, registry=issued.view())

    assert (report.verdict, report.sub_reason) == (Verdict.TOTAL_FAILED, "FORMAT_FAILURE")
