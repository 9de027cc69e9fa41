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
    "LICHSU": "history",
    "DIALI": "geography",
    "GDKTPL": "economic_legal_education",
    "VATLI": "physics",
    "HOAHOC": "chemistry",
    "SINHHOC": "biology",
    "AMNHAC": "music",
    "MITHUAT": "fine_arts",
    "GDQPAN": "defense_security_education",
}
"""`mamonhoc`. The sector's own list (QĐ 4998/QĐ-BGDĐT) was not to be had: these codes are ours."""
LEVEL_NAMES = {"1": "Tốt", "2": "Khá", "3": "Đạt", "4": "Chưa đạt"}
"""`mahocluc` and `mahanhkiem` (Circular 22/2021, articles 8 and 9)."""
PERIODS = {"1": "term_1", "2": "term_2", "0": "full_year"}
"""`hocky` of a result; the value for the year is ours."""
TERMS = {"1": 1, "2": 2}
SEXES = {"1": "Nam", "2": "Nữ"}
SCHOOL_LEVELS = {"01": "MN", "02": "TH", "03": "THCS", "04": "THPT", "05": "GDTX"}
"""`manhomcaphoc`: nursery, primary, lower and upper secondary school, continuing education."""
SCHOOL_TYPES = {"1": "public", "2": "people_founded", "3": "private"}
"""`maloaihinhtruong`."""
AREAS = {"0": None, "1": "KV1", "2": "KV2", "3": "KV2-NT", "4": "KV3"}
"""`makhuvuc`; 0: not decided."""
IDENTITY_DOCUMENTS = {
    "1": "birth_certificate",
    "2": "identity_card_9",
    "3": "army_card",
    "4": "police_card",
    "5": "citizen_card",
    "6": "passport",
    "7": "household_register",
    "8": "other",
}
"""`loaigiayto`."""
IDENTITY_SOURCES = {"1": "population_database", "2": "VNeID", "3": "document"}
"""`dinhdanh_nguon`: against what an identity was verified; the values are ours."""
DISABILITIES = {
    "1": "Khuyết tật vận động",
    "2": "Khuyết tật nghe, nói",
    "3": "Khuyết tật nhìn",
    "4": "Khuyết tật thần kinh, tâm thần",
    "5": "Khuyết tật trí tuệ",
    "6": "Khuyết tật khác",
}
"""`loaikhuyettat`: the kinds of Law 51/2010/QH12, article 3; the codes are ours."""
PUPIL_STATUSES = {
    "1": "studying",
    "2": "transferred_out",
    "3": "left",
    "4": "suspended",
    "5": "completed",
}
"""`trangthai`; the values are ours."""
TRANSFERS = {"DEN": "in", "DI": "out"}
"""`loaichuyen`; the values are ours."""
MARK_KINDS = {"TX": "regular_mark", "GK": "midterm_mark", "CK": "final_mark"}
ASSESSMENT_STATUSES = {
    "0": "normal",
    "1": "exempt",
    "2": "partially_exempt",
    "3": "inclusive_education",
}
EVENTS = {"NEW": False, "UPDATE": False, "CANCEL": True}
"""`sukien`: whether it cancels the record."""
