"""The pages of the usual stack: the same form as ours, by a Jinja template and hand-written CSS."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, Template

_FONTS = Path(__file__).parents[2] / "transcript_service" / "documents" / "fonts"
_PAGES = Path(__file__).parent / "usual_pages_templates"
_FACES = {
    "LiberationSerif-Regular.ttf": "",
    "LiberationSerif-Bold.ttf": "font-weight: bold;",
    "LiberationSerif-Italic.ttf": "font-style: italic;",
    "LiberationSerif-BoldItalic.ttf": "font-weight: bold; font-style: italic;",
}
_LEVELS = {"THCS": "trung học cơ sở", "THPT": "trung học phổ thông"}
_OPTIONAL = {
    "foreign_language_2": "Ngoại ngữ 2",
    "ethnic_language": "Tiếng dân tộc thiểu số",
}


def style() -> str:
    """Return the style sheet, with the fonts that are to be embedded."""
    faces = "".join(
        f"@font-face {{ font-family: Printed; src: url('{(_FONTS / name).as_uri()}'); {more} }}\n"
        for name, more in _FACES.items()
    )
    return faces + (_PAGES / "style.css").read_text(encoding="utf-8")


def pages(document: dict[str, Any]) -> str:
    """Fill the template with a transcript."""
    pupil, results = document["pupil"], document["results"]
    address = f"{document['rendering']['lookup_url']}#{document['transcript_code']}"
    taught = {subject["subject_code"] for subject in results["subjects"]}
    optional = _OPTIONAL if document["level"] == "THCS" else {}
    approved = date.fromisoformat(document["rendering"]["approved_on"])
    facts = {
        **document,
        "school_year": document["school_year"].replace("-", "–"),
        "level_name": _LEVELS[document["level"]],
        "address": address,
        "qr": segno.make_qr(address, error="m").svg_data_uri(border=0),
        "identity": _identity(pupil),
        "not_taught": [name for code, name in optional.items() if code not in taught],
        "approved_on": f"ngày {approved:%d} tháng {approved.month} năm {approved.year}",
        "periods": [
            ("Học kì I", results["term_1"]),
            ("Học kì II", results["term_2"]),
            ("Cả năm", results["full_year"]),
        ],
        "outcomes": _outcomes(document),
    }
    return _template().render(facts)


def look(name: str, width: int, height: int) -> str:
    """Draw what is seen of a signature, on a page of its size in points."""
    colour = {"principal": "#00f", "seal": "#f00"}[name]
    return (
        f"<style>@page {{ size: {width}pt {height}pt; margin: 0; @bottom-left {{ content: none }}"
        "@bottom-right { content: none } }</style>"
        f'<svg width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}">'
        f'<ellipse cx="50%" cy="50%" rx="45%" ry="45%" fill="none" stroke="{colour}"/>'
        f'<text x="15%" y="55%" font-size="9" fill="{colour}">Chữ ký của nhà trường</text></svg>'
    )


@cache
def _template() -> Template:
    folder = Environment(loader=FileSystemLoader(_PAGES), autoescape=True)
    folder.filters["day"] = _day
    return folder.get_template("document.html")


def _day(moment: str) -> str:
    here = datetime.fromisoformat(moment) + timedelta(hours=7)
    return f"{here:%d/%m/%Y}"


def _identity(pupil: dict[str, Any]) -> list[list[tuple[str, Any]]]:
    rows = [
        [("Họ và tên", pupil["full_name"].upper())],
        [
            ("Giới tính", pupil["sex"]),
            ("Ngày, tháng, năm sinh", "/".join(reversed(pupil["birth_date"].split("-")))),
        ],
        [("Nơi sinh", pupil["birth_place"])],
        [("Dân tộc", pupil["ethnicity"]), ("Quốc tịch", pupil["nationality"])],
        [("Số định danh cá nhân", pupil["personal_id"]), ("Mã học sinh", pupil["student_code"])],
        [("Đối tượng", pupil["policy_category"])],
        [("Chỗ ở hiện tại", pupil["current_address"])],
    ]
    relatives = {"father": "Họ và tên cha", "mother": "Họ và tên mẹ", "guardian": "Người giám hộ"}
    for key, label in relatives.items():
        person = pupil[key] or {"full_name": None, "occupation": None}
        rows.append([(label, person["full_name"]), ("Nghề nghiệp", person["occupation"])])
    return rows


def _outcomes(document: dict[str, Any]) -> list[tuple[str, str | None]]:
    results, grade = document["results"], document["school"]["grade"]
    is_promoted = results["promotion_status"] == "PROMOTED"
    completed = {None: None, True: "Hoàn thành", False: "Không hoàn thành"}
    return [
        ("Được lên lớp:", f"Lớp {grade + 1}" if is_promoted else None),
        (
            "Được lên lớp sau khi đánh giá lại môn học hoặc rèn luyện trong hè:",
            None if is_promoted else results["promotion_status"],
        ),
        ("Không được lên lớp:", None),
        (
            f"Hoàn thành hay không hoàn thành chương trình {_LEVELS[document['level']]}:",
            completed[results["program_completed"]],
        ),
        ("Chứng chỉ (nếu có):", "; ".join(results["certificates"])),
        ("Kết quả tham gia các cuộc thi (nếu có):", "; ".join(results["competitions"])),
        ("Khen thưởng (nếu có):", "; ".join(results["awards"])),
        ("Kết quả rèn luyện trong kì nghỉ hè (nếu có):", results["conduct_after_summer"]),
    ]
