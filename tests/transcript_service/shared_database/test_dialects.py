"""Two shared databases, two tables of names, one mirror."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcript_service.shared_database.groups import SCHOOL_YEAR, records_of
from transcript_service.errors import UsageError
from transcript_service.shared_database import dialect_hcm, dialect_national
from transcript_service.shared_database.dialects import (
    DIALECTS,
    HCM,
    NATIONAL,
    find_dialect,
    translation,
)
from transcript_service.shared_database.envelope import Scope, read_body
from transcript_service.shared_database.mirror import MirrorRecord
from transcript_service.shared_database.record_shapes import SHAPES

SCOPE = Scope(school_code="S1", school_year=SCHOOL_YEAR)
GOOD = records_of("S1")
SHAPE_NAMES = [shape.name for shape in SHAPES]


def _in_decimals(value):
    """Numbers as the client's JSON reader gives them."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: _in_decimals(member) for name, member in value.items()}
    return [_in_decimals(one) for one in value] if isinstance(value, list) else value


def _in_hcm(table, fields):
    return translation(NATIONAL.table(table), HCM.table(table))(fields)


@pytest.mark.parametrize("shape", SHAPES, ids=SHAPE_NAMES)
def test_a_shape_fills_every_column_of_its_mirror_table(shape):
    """No column that nothing fills, no field without a column."""
    columns = set(shape.model.model_fields) - set(MirrorRecord.model_fields)

    assert sorted(field.ours for field in shape.fields) == sorted(columns)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
@pytest.mark.parametrize("name", SHAPE_NAMES)
def test_a_dialect_names_every_field_of_a_table_once(dialect, name):
    """Two columns under one name would take each other's values."""
    names = [column.upstream for column in dialect.table(name).columns]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("names", [dialect_national.NAMES, dialect_hcm.NAMES], ids=list(DIALECTS))
def test_a_dialect_names_nothing_that_no_table_has(names):
    """A name for a column that is spelled wrongly would never be read."""
    known = {shape.name: {field.ours for field in shape.fields} for shape in SHAPES}
    children = {"subject_results.passed"}

    assert set(names) - {""} <= set(known)
    for table, columns in names.items():
        assert set(columns) <= (known[table] if table else set().union(*known.values())) | children


@pytest.mark.parametrize("name", SHAPE_NAMES)
def test_a_good_record_becomes_the_same_values_from_both(name):
    """All fields of all groups, child rows too."""
    record = _in_decimals(GOOD[name])
    national = read_body(NATIONAL.table(name), record, SCOPE)
    hcm = read_body(HCM.table(name), _in_hcm(name, record), SCOPE)

    assert national.refusals == hcm.refusals == ()
    assert national.values == hcm.values


@pytest.mark.parametrize("name", SHAPE_NAMES)
def test_the_names_of_the_two_are_never_the_same(name):
    """Else the comparison above would compare a dialect with itself."""
    assert not set(_in_hcm(name, GOOD[name])) & set(GOOD[name])


WILD = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.just({}))


@given(name=st.sampled_from(SHAPE_NAMES), value=WILD, data=st.data())
def test_a_wild_field_is_judged_alike_in_both(name, value, data):
    """Refused in both, or the same value in both; the field has the name of its dialect."""
    column = data.draw(st.sampled_from(NATIONAL.table(name).columns))
    record = _in_decimals(GOOD[name]) | {column.upstream: value}

    national = read_body(NATIONAL.table(name), record, SCOPE)
    hcm = read_body(HCM.table(name), _in_hcm(name, record), SCOPE)

    assert national.values == hcm.values
    assert [refusal.problem for refusal in national.refusals] == [
        refusal.problem for refusal in hcm.refusals
    ]
    names = {one.ours: one.upstream for one in HCM.table(name).columns}
    ours = {one.upstream: one.ours for one in NATIONAL.table(name).columns}
    assert [names[ours[refusal.field]] for refusal in national.refusals] == [
        refusal.field for refusal in hcm.refusals
    ]


def test_a_refusal_of_the_other_dialect_says_whose_record_it_is():
    """The pupil and the class are found under their names there."""
    record = _in_hcm("diem", _in_decimals(GOOD["diem"]) | {"diem": Decimal(11)})

    (refusal,) = read_body(HCM.table("diem"), record, SCOPE).refusals

    assert (refusal.field, refusal.student_code, refusal.class_code) == ("DIEM", "HS1", "L1")


def test_a_field_that_no_dialect_knows_is_handed_on_as_it_is():
    """What a school entered is not lost on the way, and not read here."""
    assert _in_hcm("truong", {"matruong": "S1", "x": 1}) == {"MA": "S1", "x": 1}


def test_an_unknown_dialect_is_wrong_usage():
    """With the names that there are."""
    with pytest.raises(UsageError, match="quocgia, hcm"):
        find_dialect("danang")


KNOWN_NAMES = [
    (
        "quocgia",
        "truong",
        {"hieutruong_hovaten": "principal_name", "maloaihinhtruong": "school_type"},
    ),
    (
        "quocgia",
        "lophoc",
        {"tenlop": "name", "makhoi": "grade", "magiaoviencn": "homeroom_teacher_code"},
    ),
    ("quocgia", "monhoclop", {"mamonhoc": "subject_code", "magiaovien": "teacher_code"}),
    (
        "quocgia",
        "hocsinh",
        {"sodinhdanh": "personal_id", "gioitinh": "sex", "loaigiayto": "identity_document"},
    ),
    (
        "quocgia",
        "ketquahoctap",
        {
            "mahocluc": "academic_result",
            "mahanhkiem": "conduct_result",
            "colenlop": "promoted",
            "diemmon": "subject_results",
        },
    ),
    (
        "hcm",
        "truong",
        {
            "MA": "school_code",
            "TEN": "name",
            "HIEU_TRUONG": "principal_name",
            "DS_CAP_HOC": "levels",
            "MA_LOAI_HINH_TRUONG": "school_type",
            "IS_KHOA_K1": "term_1_locked",
            "IS_KHOA_K2": "term_2_locked",
            "MA_NAM_HOC": "locks_year",
        },
    ),
    ("hcm", "nhansu", {"HO_TEN": "full_name", "MA_SO_DINH_DANH_CA_NHAN": "personal_id"}),
    ("hcm", "phancong", {"MA_MON_HOC": "subject_code", "HOC_KY": "term", "ID_LOP": "class_code"}),
    (
        "hcm",
        "hocsinh",
        {
            "MA_DAN_TOC": "ethnicity",
            "MA_QUOC_TICH": "nationality",
            "MA_KHU_VUC": "area",
            "MA_LOAI_KHUYET_TAT": "disability",
            "MA_DIEN_CHINH_SACH": "policy_category",
            "TEN_CHA": "father_name",
            "TRANG_THAI_HOC_SINH": "status",
            "MA_HOC_SINH": "student_code",
        },
    ),
]


@pytest.mark.parametrize(("dialect", "table", "names"), KNOWN_NAMES)
def test_names_that_are_published_stand_for_what_they_mean(dialect, table, names):
    """Server and reader share one mapping table: a wrong line in it would show nowhere else."""
    columns = {one.upstream: one.ours for one in DIALECTS[dialect].table(table).columns}

    assert {name: columns.get(name) for name in names} == names
