"""One good record of every group, in the names of the national schema."""

from typing import Any

from transcript_service.shared_database.upstream_store import UpstreamRecord

SCHOOL_YEAR = "2025-2026"


_SCHOOL = {"matruong": "S1"}
_CLASS = _SCHOOL | {"namhoc": SCHOOL_YEAR, "malop": "L1"}
_PUPIL = _CLASS | {"mahocsinh": "HS1"}
_SUBJECT = _PUPIL | {"mamonhoc": "VATLI"}
_CONFIRMED = {"nguoixacnhan": "Lê Thị Mẫu", "thoigianxacnhan": "2026-05-25T09:05:00"}
_FIELDS: dict[str, dict[str, Any]] = {
    "truong": _SCHOOL
    | {
        "tentruong": "Trường THCS và THPT Ví Dụ",
        "tenxa": "Xã Ví Dụ",
        "tentinh": "Tỉnh Minh Họa",
        "hieutruong_hovaten": "Trần Thị Mẫu",
        "dulieumau": 1,
        "dscaphoc": ["03", "04"],
        "maloaihinhtruong": "1",
        "diachi": "Số 1, đường Ví Dụ",
        "namhoc": SCHOOL_YEAR,
        "khoahocky1": 1,
        "khoahocky2": 0,
    },
    "diemtruong": _SCHOOL
    | {"madiemtruong": "D1", "tendiemtruong": "Điểm chính", "diemtruongchinh": 1},
    "nhansu": _SCHOOL
    | {"magiaovien": "GV1", "hovaten": "Lê Thị Mẫu", "sodinhdanh": "000185000001"},
    "lophoc": _CLASS
    | {
        "tenlop": "10A1",
        "makhoi": 10,
        "manhomcaphoc": "04",
        "magiaoviencn": "GV1",
        "khoahocky1": 1,
        "khoahocky2": 1,
        "madiemtruong": "D1",
    },
    "monhoclop": _CLASS | {"mamonhoc": "VATLI", "sotietnam": 70, "magiaovien": "GV1"},
    "phancong": _CLASS | {"magiaovien": "GV1", "mamonhoc": "VATLI", "hocky": "2"},
    "hocsinh": _SCHOOL
    | {
        "mahocsinh": "HS1",
        "sodinhdanh": "000212000001",
        "hovaten": "H'Linh Niê",
        "gioitinh": "2",
        "ngaysinh": "2010",
        "noisinh": "Xã Ví Dụ",
        "dantoc": "Ê Đê",
        "quoctich": "Việt Nam",
        "dienchinhsach": "Hộ nghèo",
        "choohiennay": "Số 2, đường Ví Dụ",
        "me_hovaten": "H'Duôn Êban",
        "loaigiayto": "1",
        "dinhdanh_xacthuc": 1,
        "dinhdanh_ngayxacthuc": "2025-09-20",
        "dinhdanh_nguon": "1",
        "loaikhuyettat": "3",
        "makhuvuc": "1",
        "trangthai": "1",
    },
    "quatrinhhoctap": _SCHOOL
    | {
        "mahocsinh": "HS1",
        "namhoc": "2024-2025",
        "tenlop": "9B",
        "tentruong": "Trường THCS Sao Mai",
        "tenxa": "Xã Ví Dụ",
        "tentinh": "Tỉnh Minh Họa",
    },
    "chuyentruong": _SCHOOL
    | {
        "namhoc": SCHOOL_YEAR,
        "mahocsinh": "HS1",
        "loaichuyen": "DEN",
        "ngaychuyen": "2025-11-03",
        "truongdi_ten": "Trường THPT Sao Mai",
        "truongden_ten": "Trường THCS và THPT Ví Dụ",
        "truongden_ma": "S2",
    },
    "hocsinhlop": _PUPIL | {"thutu": 1},
    "monchon": _SUBJECT,
    "diem": _SUBJECT | {"hocky": "1", "loaidiem": "GK", "lanthu": 1, "diem": 8.5},
    "chuyende": _SUBJECT | {"hocky": "1", "diem": 9},
    "nhanxetmon": _SUBJECT | {"nhanxet": "Chăm", "hinhthucdanhgia": "0"} | _CONFIRMED,
    "renluyen": _PUPIL | {"hocky": "1", "mahanhkiem": "1"},
    "tongketnam": _PUPIL
    | {"songaynghi_cophep": 2, "songaynghi_khongphep": 0, "nhanxet": "Ngoan"}
    | _CONFIRMED,
    "danhgialai": _SUBJECT | {"diem": 5},
    "khenthuong": _PUPIL | {"noidung": "Học sinh Giỏi"},
    "ketquahoctap": _PUPIL
    | {
        "hocky": "0",
        "mahocluc": "1",
        "mahanhkiem": "1",
        "colenlop": 1,
        "diemmon": [{"mamonhoc": "VATLI", "diem": 8.4}, {"mamonhoc": "GDTC", "mucdat": 1}],
    },
}


def records_of(school: str) -> dict[str, dict[str, Any]]:
    """Return the fields of one record of each table, all of *school* and one pupil of it."""
    return {table: fields | {"matruong": school} for table, fields in _FIELDS.items()}


def one_of_each(school: str) -> list[UpstreamRecord]:
    """Return one record of each table of *school*."""
    return [
        UpstreamRecord(table=table, record_id=f"{school}-{table}-1", fields=fields)
        for table, fields in records_of(school).items()
    ]
