"""What the reference server promises beyond pages: scopes, changes since, conditions, problems."""

import base64
from dataclasses import replace

import httpx
import pytest

from tests.transcript_service.shared_database.groups import one_of_each
from tests.transcript_service.shared_database.upstream import SCHOOL_YEAR, SECRET
from tests.transcript_service.shared_database.wire import PROBLEM, Reader, check_problem
from transcript_service.shared_database.dialects import TABLE_NAMES
from transcript_service.shared_database.upstream_store import register_client


@pytest.fixture
def reader(upstream):
    """The school's own client."""
    with httpx.Client(base_url=upstream.base_url, trust_env=False) as client:
        yield Reader(http=client, upstream=upstream, client_id=upstream.school_code)


def _with_scope(reader, scope):
    client_id = f"{reader.client_id}-{len(scope)}"
    store = reader.upstream.store
    register_client(store, client_id=client_id, client_secret=SECRET, scope=scope, salt=b"s")
    return replace(reader, client_id=client_id)


def test_a_token_says_what_it_opens(reader):
    """RFC 6749 section 5.1."""
    assert reader.token().json()["scope"] == f"truong:{reader.client_id} nhom:*"


def test_a_token_can_be_asked_for_less_and_opens_no_more(reader):
    """Least privilege, by the scope parameter."""
    scope = f"truong:{reader.client_id} nhom:hocsinh"
    answer = reader.token(form={"scope": scope}).json()

    assert answer["scope"] == scope
    assert reader.page("hocsinh", token=answer["access_token"]).status_code == 200
    check_problem(reader.page("diem", token=answer["access_token"]), 403, "not-in-scope")


@pytest.mark.parametrize("scope", ["truong:* nhom:*", "truong:OTHER", "everything"])
def test_a_token_for_more_than_was_granted_is_refused(reader, scope):
    """Not silently narrowed: the client would believe that it reads all."""
    body = check_problem(reader.token(form={"scope": scope}), 400, "invalid-scope")

    assert body["error"] == "invalid_scope"


def test_a_client_reads_the_tables_of_its_scope_only(reader):
    """For example an application that needs class lists and no marks."""
    narrow = _with_scope(reader, f"truong:{reader.client_id} nhom:lophoc nhom:hocsinhlop")
    statuses = {table: narrow.page(table).status_code for table in TABLE_NAMES}

    assert {table for table, status in statuses.items() if status == 200} == {
        "lophoc",
        "hocsinhlop",
    }
    assert set(statuses.values()) == {200, 403}


def test_a_client_of_several_schools_reads_each_one(reader):
    """A department, or the office of an inter-level school."""
    school = reader.client_id
    wide = _with_scope(reader, f"truong:{school} truong:{school}-B nhom:*")

    assert wide.page(matruong=f"{school}-B").status_code == 200
    assert wide.page(matruong=school).status_code == 200
    check_problem(wide.page(matruong=f"{school}-C"), 403, "not-in-scope")


def test_the_schools_that_a_client_may_read_are_listed(reader):
    """Without `matruong`; a school outside the scope is not told."""
    school = reader.client_id
    for code in (school, f"{school}-B", f"{school}-C"):
        reader.upstream.put(next(one for one in one_of_each(code) if one.table == "truong"))
    wide = _with_scope(reader, f"truong:{school} truong:{school}-B nhom:*")

    records, _place = wide.read("truong", matruong=None, namhoc=None, gioihan=1)

    assert [record["matruong"] for record in records] == [school, f"{school}-B"]
    assert reader.page("truong", matruong=None, namhoc=None).json()["tongso"] == 1


def test_only_schools_are_listed_without_saying_whose(reader):
    """All marks of all schools is nothing that anyone needs."""
    check_problem(reader.page("diem", matruong=None), 400, "bad-parameter")


def test_a_table_of_a_year_needs_its_year(reader):
    """And the others none."""
    assert "namhoc" in check_problem(reader.page(namhoc=None), 400, "bad-parameter")["detail"]
    assert reader.page("hocsinh", namhoc=None).status_code == 200


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1"])
def test_a_page_size_out_of_range_is_named_and_not_repeated(reader, limit):
    """The detail names the parameter."""
    body = check_problem(reader.page(gioihan=limit), 400, "bad-parameter")

    assert body["detail"] == "Look at: gioihan."


def test_only_what_changed_since_a_place_comes(reader):
    """A new record, a changed one, a cancelled one; nothing twice."""
    upstream = reader.upstream
    upstream.put(*[upstream.mark(number) for number in range(1, 6)])
    _records, place = reader.read(gioihan=2)
    assert reader.read(tu=place)[0] == []
    upstream.put(
        upstream.mark(2, version=2),
        upstream.mark(9),
        replace(upstream.mark(4, version=2), event="CANCEL"),
    )

    records, later = reader.read(tu=place, gioihan=2)

    assert [(one["lanthu"], one["sukien"]) for one in records] == [
        (2, "NEW"),
        (9, "NEW"),
        (4, "CANCEL"),
    ]
    assert reader.page(tu=place).json()["tongso"] == 3
    assert reader.read(tu=later)[0] == []


def test_a_read_that_was_cut_goes_on_from_the_place_of_any_page(reader):
    """Each page tells how far it goes."""
    upstream = reader.upstream
    upstream.put(*[upstream.mark(number) for number in range(1, 6)])
    first = reader.page(gioihan=2).json()

    records, _place = reader.read(tu=first["moc"])

    assert [one["lanthu"] for one in records] == [3, 4, 5]


def test_the_total_stays_that_of_the_beginning(reader):
    """It is counted once for a read, however many pages it has."""
    upstream = reader.upstream
    upstream.put(*[upstream.mark(number) for number in range(1, 6)])
    page = reader.page(gioihan=1).json()
    totals = [page["tongso"]]
    while page["contro"]:
        page = reader.page(gioihan=1, contro=page["contro"]).json()
        totals.append(page["tongso"])

    assert totals == [5] * 5


@pytest.mark.parametrize("parameter", ["tu", "contro"])
@pytest.mark.parametrize("text", ["!", "é", "", "bm90IGE=", "x" * 500])
def test_a_place_that_was_not_handed_out_is_refused(reader, parameter, text):
    """400: the client is at fault."""
    answer = reader.page(**{parameter: text})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize("parameter", ["tu", "contro"])
def test_a_place_in_another_history_is_told_apart(reader, parameter):
    """410: the database was made anew; the client begins anew."""
    place = base64.urlsafe_b64encode(b"00000000.5").decode()

    check_problem(reader.page(**{parameter: place}), 410, "unknown-place")


def test_a_place_that_is_not_reached_yet_is_told_apart(reader):
    """A backup was put back: what changes from now on would be missed for ever."""
    place = reader.page().json()["moc"]
    history = base64.urlsafe_b64decode(place).split(b".")[0]
    later = base64.urlsafe_b64encode(history + b".999999999").decode()

    check_problem(reader.page(tu=later), 410, "unknown-place")


def test_a_page_that_the_reader_has_is_not_sent_again(reader):
    """304, until something changes."""
    upstream = reader.upstream
    upstream.put(upstream.mark(1))
    first = reader.page()
    tag = first.headers["ETag"]

    again = reader.page(headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert reader.page(headers={"If-None-Match": f'"x", W/{tag}'}).status_code == 304

    upstream.put(upstream.mark(1, version=2))
    changed = reader.page(headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_both_dialects_have_tags_of_their_own(reader):
    """A page of the one must never be taken for that of the other."""
    reader.upstream.put(reader.upstream.mark(1))

    assert reader.page().headers["ETag"] != reader.page(prefix="/hcm/v1").headers["ETag"]


def test_the_other_dialect_has_the_same_records_under_its_names(reader):
    """The envelope is the same."""
    reader.upstream.put(reader.upstream.mark(1))
    (national,), (hcm,) = (reader.read(prefix=prefix)[0] for prefix in ("/v1", "/hcm/v1"))

    envelope = ("idbanghi", "sukien", "phienban", "thoigiancapnhat", "ngaycapnhat")
    assert [national[name] for name in envelope] == [hcm[name] for name in envelope]
    assert (hcm["MA_HOC_SINH"], hcm["DIEM"], hcm["MA_NAM_HOC"]) == ("HS1", 8.5, SCHOOL_YEAR)
    assert not set(national) & set(hcm) - set(envelope)


def test_the_openapi_document_tells_of_pages_and_problems(reader):
    """So that a client can be made from it."""
    document = reader.http.get("/openapi.json").json()

    for path in ("/v1/{bang}", "/hcm/v1/{bang}"):
        answers = document["paths"][path]["get"]["responses"]
        assert set(answers) >= {"200", "304", "400", "401", "403", "404", "410", "429"}
        problem = answers["429"]["content"][PROBLEM]["schema"]
        assert set(problem["required"]) == {"type", "title", "status", "detail"}
    page = document["components"]["schemas"]["PageOfRecords"]
    assert set(page["required"]) == {"bang", "tongso", "banghi", "contro", "moc"}
    names = {one["name"] for one in document["paths"]["/v1/{bang}"]["get"]["parameters"]}
    assert names >= {"bang", "matruong", "namhoc", "contro", "tu", "gioihan", "if-none-match"}
