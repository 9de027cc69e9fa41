"""
Parts of names, places and occupations for sample data.

Names are put together at random from frequent parts; places do not exist, and their names say
so ("Ví Dụ" is "example", "Minh Họa" is "illustration", "Giả Định" is "assumed").
"""

FAMILY_NAMES = (
    ("Nguyễn", 38),
    ("Trần", 11),
    ("Lê", 10),
    ("Phạm", 7),
    ("Hoàng", 4),
    ("Huỳnh", 3),
    ("Phan", 4),
    ("Vũ", 4),
    ("Võ", 3),
    ("Đặng", 3),
    ("Bùi", 3),
    ("Đỗ", 3),
    ("Hồ", 2),
    ("Ngô", 2),
    ("Dương", 2),
    ("Lý", 1),
)
"""With weights in per cent."""

GIRLS = (
    "Thị Lan Anh", "Ngọc Ánh", "Thị Bích", "Bảo Châu", "Quỳnh Chi", "Thị Diễm", "Thùy Dung",
    "Khánh Đan", "Hương Giang", "Ngân Hà", "Thị Thu Hằng", "Minh Hạnh", "Thị Hiền", "Thanh Hoa",
    "Diệu Huyền", "Mai Hương", "Thiên Kim", "Ngọc Lan", "Phương Linh", "Thị Khánh Linh",
    "Trúc Ly", "Xuân Mai", "Trà My", "Thị Nga", "Kim Ngân", "Bảo Ngọc", "Thảo Nguyên", "Yến Nhi",
    "Tuyết Nhung", "Thị Oanh", "Hà Phương", "Mỹ Phượng", "Như Quỳnh", "Thanh Tâm", "Phương Thảo",
    "Anh Thư", "Thủy Tiên", "Thị Huyền Trang", "Bảo Trâm", "Cẩm Tú", "Tố Uyên", "Tường Vi",
    "Hải Yến",
)  # fmt: skip
BOYS = (
    "Tuấn Anh", "Gia Bảo", "Quốc Bình", "Văn Cường", "Minh Châu", "Hữu Danh", "Tiến Dũng",
    "Hoàng Duy", "Thành Đạt", "Hải Đăng", "Trung Đức", "Trường Giang", "Sơn Hà", "Mạnh Hùng",
    "Quang Huy", "Gia Hưng", "Duy Khang", "Đăng Khoa", "Trung Kiên", "Văn Lâm", "Bảo Long",
    "Đức Lương", "Nhật Minh", "Hoài Nam", "Đình Nghĩa", "Khôi Nguyên", "Minh Nhật", "Hữu Phát",
    "Thiên Phúc", "Anh Quân", "Vinh Quang", "Thái Sơn", "Đức Tài", "Minh Tâm", "Quốc Thái",
    "Chiến Thắng", "Phước Thịnh", "Minh Trí", "Văn Trường", "Anh Tú", "Thanh Tùng", "Quốc Việt",
    "Long Vũ",
)  # fmt: skip
"""Middle and given names, as used together."""

MINORITY = (
    ("H'Linh Niê Buôn Krông", "Nữ", "Ê Đê", "Y Blim Niê Buôn Krông", "H'Duôn Êban"),
    ("K'Brơi", "Nam", "Cơ Ho", "K'Brèo", "Ka Nhòi"),
    ("Lò Thị Pảnh", "Nữ", "Thái", "Lò Văn Inh", "Cà Thị Ỏ"),
    ("Giàng A Páo", "Nam", "Mông", "Giàng A Sùng", "Vàng Thị Mỷ"),
    ("Nông Văn Tùng", "Nam", "Tày", "Nông Văn Ích", "Hoàng Thị Lả"),
    ("Thạch Thị Sô Phia", "Nữ", "Khmer", "Thạch Sa Rươn", "Kim Thị Sa Vone"),
    ("Quách Công Vinh", "Nam", "Mường", "Quách Công Lưỡng", "Bùi Thị Ẻn"),
    ("Y Thuận Êban", "Nam", "Ê Đê", "Y Wơn Kđoh", "H'Nguôm Êban"),
    ("Hoàng Thị Slao", "Nữ", "Nùng", "Hoàng Văn Sình", "Lục Thị Phủng"),
    ("Rơ Châm H'Byưm", "Nữ", "Gia Rai", "Siu Bốp", "Rơ Châm H'Nhang"),
    ("Trượng Văn Thuận", "Nam", "Chăm", "Trượng Văn Dũng", "Thiên Thị Ngữ"),
    ("Đinh Thị Y Lưu Hờ Rê", "Nữ", "Hrê", "Đinh Văn Xay", "Phạm Thị Rế"),
)
"""Full name, sex, ethnicity, father, mother: 1 to 6 words, some with apostrophes (domain 12.4)."""

FOREIGN = ("Khamphone Souvanh", "Nam", "Người nước ngoài", "Bounmy Souvanh", "Chanthala Phimmasone")
"""The pupil without a personal ID: full name, sex, ethnicity, father, mother."""
FOREIGN_NATIONALITY = "Lào"
FOREIGN_BIRTH_PLACE = "Viêng Chăn, Lào"

LONGEST = (
    "Công Tằng Tôn Nữ Hoàng Nguyễn Phước Quỳnh Hương Thùy Trang",
    "Nữ",
    "Kinh",
    "Nguyễn Phước Hoàng Tôn Thất Thiên Khải Nguyên Đăng",
    "Huyền Tôn Nữ Thị Ngọc Khánh Phương Thủy Tiên",
)
"""A name longer than most: full name, sex, ethnicity, father, mother."""
LONGEST_ADDRESS = (
    "Số 1234/56/78, ngõ Thử Nghiệm Kéo Dài, tổ dân phố Dữ Liệu Mẫu số 12, khu tập thể Minh Họa,"
    " đường Giả Định nối dài, Phường Hoa Phượng, Tỉnh Minh Họa"
)

OCCUPATIONS = (
    "Nông dân", "Công nhân", "Giáo viên", "Buôn bán", "Thợ may", "Lái xe", "Bộ đội", "Y tá",
    "Thợ mộc", "Kế toán", "Công chức", "Nội trợ", "Ngư dân", "Kỹ sư", "Thợ xây", None,
)  # fmt: skip
STREETS = (
    "đường Ví Dụ", "ngõ Thử Nghiệm", "phố Dữ Liệu Mẫu", "đường Minh Họa", "hẻm Giả Định",
    "đường Hoa Phượng Mẫu",
)  # fmt: skip
POLICY_CATEGORIES = ("Hộ nghèo", "Hộ cận nghèo", "Con thương binh", "Khuyết tật")

SCHOOL_NAMES = (
    "Hoa Phượng", "Hoa Sữa", "Hoa Ban", "Hoa Mai", "Hoa Đào", "Hoa Sen", "Bằng Lăng", "Ngọc Lan",
    "Hướng Dương", "Thạch Thảo", "Cát Tường", "Hoa Sim", "Hoa Gạo", "Hoa Súng", "Mẫu Đơn",
    "Thiên Lý", "Hoa Lau", "Dã Quỳ", "Hoa Cúc", "Mộc Lan",
)  # fmt: skip
"""Named after flowers; the first one is the demo's."""
PROVINCE = "Tỉnh Minh Họa"
OTHER_SCHOOL = ("Trường THCS Sao Mai", "Xã Ví Dụ", "Tỉnh Giả Định")
PRINCIPAL = "Trần Thị Thu Hà"

TEACHERS = (
    ("NGUVAN", "Lê Thị Mai Phương"),
    ("TOAN", "Nguyễn Văn Hải"),
    ("NGOAINGU1", "Phạm Thị Hồng Vân"),
    ("GDCD", "Đỗ Thị Thanh Bình"),
    ("LSDL", "Hoàng Minh Sơn"),
    ("KHTN", "Vũ Thị Kim Thoa"),
    ("CONGNGHE", "Bùi Quang Thành"),
    ("TINHOC", "Đặng Thu Trà"),
    ("GDTC", "Trần Đình Lực"),
    ("NGHETHUAT", "Phan Thị Ngọc Hân"),
    ("HDTNHN", "Lê Thị Mai Phương"),
    ("GDDP", "Hoàng Minh Sơn"),
    ("LICHSU", "Cao Thị Minh Ngọc"),
    ("DIALI", "Hoàng Minh Sơn"),
    ("GDKTPL", "Đỗ Thị Thanh Bình"),
    ("VATLI", "Vũ Thị Kim Thoa"),
    ("HOAHOC", "Lưu Văn Khải"),
    ("SINHHOC", "Mai Thị Tuyết"),
    ("GDQPAN", "Trần Đình Lực"),
    ("AMNHAC", "Phan Thị Ngọc Hân"),
    ("MITHUAT", "Phan Thị Ngọc Hân"),
)
"""Who teaches what in the demo's school; the teacher of literature is the homeroom teacher."""
