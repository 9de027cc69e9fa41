"""Code lists of the shared database, and what each code means here."""

SUBJECT_CODES = {
    "NGUVAN": "literature",
    "TOAN": "mathematics",
    "NGOAINGU1": "foreign_language_1",
    "GDCD": "civic_education",
    "LSDL": "history_geography",
    "KHTN": "natural_science",
    "CONGNGHE": "technology",
    "TINHOC": "informatics",
    "GDTC": "physical_education",
    "NGHETHUAT": "arts",
    "HDTNHN": "experiential_career",
    "GDDP": "local_education",
    "TIENGDTTS": "ethnic_language",
    "NGOAINGU2": "foreign_language_2",
}
"""`mamonhoc`. The sector's own list (QĐ 4998/QĐ-BGDĐT) was not to be had: these codes are ours."""
LEVEL_NAMES = {"1": "Tốt", "2": "Khá", "3": "Đạt", "4": "Chưa đạt"}
"""`mahocluc` and `mahanhkiem` (Circular 22/2021, articles 8 and 9)."""
PERIODS = {"1": "term_1", "2": "term_2", "0": "full_year"}
"""`hocky` of a result; the value for the year is ours."""
TERMS = {"1": 1, "2": 2}
SEXES = {"1": "Nam", "2": "Nữ"}
SCHOOL_LEVELS = {"03": "THCS", "04": "THPT"}
MARK_KINDS = {"TX": "regular_mark", "GK": "midterm_mark", "CK": "final_mark"}
ASSESSMENT_STATUSES = {
    "0": "normal",
    "1": "exempt",
    "2": "partially_exempt",
    "3": "inclusive_education",
}
EVENTS = {"NEW": False, "UPDATE": False, "CANCEL": True}
"""`sukien`: whether it cancels the record."""
