"""Teachers' comments for sample data: several for each subject and level, encouraging."""

from collections.abc import Mapping
from random import Random

_EXCELLENT: Mapping[str, tuple[str, ...]] = {
    "NGUVAN": (
        "Cảm thụ văn học tốt, diễn đạt trong sáng, bài viết giàu cảm xúc.",
        "Đọc hiểu sâu, lập luận chặt chẽ, vốn từ phong phú.",
        "Viết bài có ý riêng, trình bày mạch lạc; rất đáng khen.",
    ),
    "TOAN": (
        "Tư duy nhanh, nắm chắc kiến thức, trình bày lời giải chặt chẽ.",
        "Vận dụng tốt kiến thức vào bài toán thực tế, tính toán chính xác.",
        "Yêu thích môn Toán, thường tìm được nhiều cách giải hay.",
    ),
    "NGOAINGU1": (
        "Phát âm tốt, tự tin giao tiếp, vốn từ vựng rộng.",
        "Sử dụng ngữ pháp chính xác, kĩ năng nghe và viết đều tốt.",
        "Tích cực thuyết trình bằng tiếng Anh, phản xạ nhanh.",
    ),
    "GDCD": (
        "Hiểu bài sâu, liên hệ thực tế tốt, gương mẫu trong tập thể.",
        "Có chính kiến, biết phân tích tình huống và ứng xử đúng mực.",
    ),
    "LSDL": (
        "Nắm vững sự kiện, biết liên hệ lịch sử với địa lí quê hương.",
        "Khai thác bản đồ, lược đồ thành thạo; lập luận có dẫn chứng.",
        "Ham tìm hiểu, bài làm đầy đủ và có chiều sâu.",
    ),
    "KHTN": (
        "Thực hành thí nghiệm cẩn thận, giải thích hiện tượng rõ ràng.",
        "Nắm chắc kiến thức, vận dụng tốt vào đời sống.",
        "Có tư duy khoa học, hay đặt câu hỏi và tự tìm câu trả lời.",
    ),
    "CONGNGHE": (
        "Khéo léo, sản phẩm thực hành đẹp và đúng kĩ thuật.",
        "Đọc bản vẽ tốt, biết thiết kế và cải tiến sản phẩm.",
    ),
    "TINHOC": (
        "Thao tác thành thạo, tư duy thuật toán tốt.",
        "Sáng tạo trong sản phẩm số, biết giúp đỡ bạn khi thực hành.",
    ),
    "LICHSU": (
        "Nắm vững sự kiện, biết so sánh và rút ra bài học lịch sử.",
        "Khai thác tư liệu tốt, lập luận có dẫn chứng.",
    ),
    "DIALI": (
        "Khai thác bản đồ, số liệu thành thạo; nhận xét sắc sảo.",
        "Liên hệ tốt giữa bài học và địa phương.",
    ),
    "GDKTPL": (
        "Hiểu bài sâu, vận dụng pháp luật vào tình huống chính xác.",
        "Biết lập kế hoạch tài chính, có chính kiến rõ ràng.",
    ),
    "VATLI": (
        "Nắm chắc bản chất hiện tượng, giải bài tập nhanh và đúng.",
        "Thực hành thí nghiệm tốt, xử lí số liệu cẩn thận.",
    ),
    "HOAHOC": (
        "Viết phương trình chính xác, giải bài tập linh hoạt.",
        "Có tư duy khoa học, thực hành an toàn, cẩn thận.",
    ),
    "SINHHOC": (
        "Hiểu sâu kiến thức, liên hệ tốt với đời sống và sức khỏe.",
        "Quan sát tỉ mỉ, trình bày báo cáo thực hành khoa học.",
    ),
    "GDQPAN": (
        "Nắm vững lí thuyết, động tác chính xác, tác phong nhanh nhẹn.",
        "Ý thức kỉ luật cao, gương mẫu khi luyện tập.",
    ),
}
_GOOD: Mapping[str, tuple[str, ...]] = {
    "NGUVAN": ("Đọc hiểu khá, bài viết có bố cục rõ.", "Có ý thức rèn chữ viết và diễn đạt."),
    "TOAN": (
        "Nắm được kiến thức, tính toán khá chắc.",
        "Chăm làm bài tập, có tiến bộ về hình học.",
    ),
    "NGOAINGU1": (
        "Nghe và đọc khá, chịu khó học từ mới.",
        "Ngữ pháp khá, viết đoạn văn đúng yêu cầu.",
    ),
    "GDCD": ("Hiểu bài, tích cực phát biểu.", "Biết liên hệ bài học với bản thân."),
    "LSDL": (
        "Nắm được các sự kiện chính, biết dùng bản đồ.",
        "Học bài đều, trả lời đúng trọng tâm.",
    ),
    "KHTN": (
        "Nắm được kiến thức, tích cực khi thực hành.",
        "Giải thích được các hiện tượng quen thuộc.",
    ),
    "CONGNGHE": ("Thực hành đúng quy trình.", "Hoàn thành sản phẩm đúng hạn, khá cẩn thận."),
    "TINHOC": ("Thực hành khá, biết tự khám phá phần mềm.", "Nắm được bài, thao tác khá nhanh."),
    "LICHSU": ("Nắm được các sự kiện chính, học bài đều.", "Biết sử dụng tư liệu khi trả lời."),
    "DIALI": ("Đọc được bản đồ, biểu đồ, nắm bài khá.", "Biết phân tích bảng số liệu."),
    "GDKTPL": ("Hiểu bài, biết liên hệ thực tế.", "Nhận biết đúng các tình huống pháp luật."),
    "VATLI": ("Nắm được công thức, giải được bài tập cơ bản.", "Tích cực khi thực hành."),
    "HOAHOC": ("Nắm được tính chất các chất, tính toán khá.", "Thực hành đúng quy trình."),
    "SINHHOC": ("Nắm được kiến thức, vẽ sơ đồ rõ ràng.", "Giải thích được hiện tượng quen thuộc."),
    "GDQPAN": ("Thực hiện đúng động tác cơ bản.", "Luyện tập nghiêm túc, chấp hành kỉ luật."),
}
_ADVICE: Mapping[str, tuple[str, ...]] = {
    "NGUVAN": ("đọc thêm sách", "luyện viết câu gọn, rõ ý", "rèn lỗi chính tả"),
    "TOAN": ("luyện thêm bài tập hình học", "trình bày cẩn thận hơn", "ôn lại các phép biến đổi"),
    "NGOAINGU1": ("luyện nói nhiều hơn", "ôn từ vựng hằng ngày", "luyện thêm kĩ năng viết"),
    "GDCD": ("mạnh dạn nêu ý kiến", "liên hệ thực tế nhiều hơn"),
    "LSDL": ("lập sơ đồ để nhớ sự kiện", "rèn kĩ năng đọc biểu đồ", "học bài đều hơn"),
    "KHTN": ("ghi chép thí nghiệm đầy đủ", "luyện bài tập tính toán", "ôn lại kiến thức nền"),
    "CONGNGHE": ("rèn kĩ năng đọc bản vẽ", "cẩn thận hơn khi thực hành"),
    "TINHOC": ("thực hành thêm ở nhà", "luyện tư duy thuật toán"),
    "LICHSU": ("lập bảng thống kê sự kiện", "đọc thêm tư liệu", "học bài đều hơn"),
    "DIALI": ("rèn kĩ năng đọc biểu đồ", "ôn lại bản đồ", "cập nhật số liệu thực tế"),
    "GDKTPL": ("liên hệ thực tế nhiều hơn", "đọc kĩ các điều luật trong bài"),
    "VATLI": ("luyện thêm bài tập", "đổi đơn vị cẩn thận hơn", "ôn lại kiến thức nền"),
    "HOAHOC": ("ôn lại cách viết phương trình", "luyện bài tập tính toán"),
    "SINHHOC": ("lập sơ đồ để nhớ bài", "ghi chép thí nghiệm đầy đủ"),
    "GDQPAN": ("luyện tập thêm động tác đội ngũ", "nhớ kĩ nội dung lí thuyết"),
}
_BY_COMMENT: Mapping[str, tuple[str, ...]] = {
    "GDTC": (
        "Tích cực luyện tập, thể lực tốt.",
        "Thực hiện đúng kĩ thuật động tác, có tinh thần đồng đội.",
        "Chăm luyện tập, nên rèn thêm sức bền.",
    ),
    "NGHETHUAT": (
        "Có năng khiếu, sản phẩm sáng tạo.",
        "Hát đúng giai điệu, biết phối hợp màu sắc hài hòa.",
        "Tham gia đầy đủ, nên mạnh dạn thể hiện hơn.",
    ),
    "HDTNHN": (
        "Năng động, biết hợp tác, hoàn thành tốt nhiệm vụ được giao.",
        "Tham gia tích cực các hoạt động của lớp và cộng đồng.",
        "Có ý thức tìm hiểu nghề nghiệp, nên tự tin hơn khi trình bày.",
    ),
    "GDDP": (
        "Hiểu biết về văn hóa, lịch sử địa phương; sưu tầm tư liệu tốt.",
        "Tích cực tìm hiểu về quê hương.",
        "Hoàn thành các nhiệm vụ học tập, cần chủ động hơn.",
    ),
    "AMNHAC": (
        "Hát đúng cao độ, tiết tấu tốt, tự tin biểu diễn.",
        "Biết chơi nhạc cụ cơ bản, nên luyện tập đều hơn.",
    ),
    "MITHUAT": (
        "Bố cục sáng tạo, phối màu hài hòa.",
        "Hoàn thành sản phẩm đúng hạn, nên mạnh dạn thể hiện ý tưởng riêng.",
    ),
}
_NOT_PASSED = (
    "Chưa hoàn thành một số nhiệm vụ học tập; cần tham gia đầy đủ và cố gắng hơn trong hè.",
    "Còn thiếu sản phẩm học tập; thầy cô sẽ hướng dẫn thêm để em hoàn thành.",
)
_CLOSE = ("Tiếp tục phát huy.", "Rất đáng khen.", "Cần giữ vững kết quả này.", "")
_HOMEROOM: Mapping[int, tuple[str, ...]] = {
    1: (
        "Chăm ngoan, học đều các môn, tích cực giúp đỡ bạn; là tấm gương của lớp.",
        "Có ý thức tự học cao, gương mẫu, hăng hái trong mọi hoạt động.",
        "Lễ phép, trung thực, học tập tốt; cần tiếp tục phát huy.",
    ),
    2: (
        "Ngoan, có ý thức học tập, tiến bộ rõ ở học kì II; cần cố gắng đều hơn ở các môn.",
        "Lễ phép, hòa đồng, hoàn thành tốt nhiệm vụ của lớp; nên mạnh dạn phát biểu hơn.",
        "Chăm chỉ, trung thực; cần dành thêm thời gian cho những môn còn chưa vững.",
    ),
    3: (
        "Ngoan, tham gia đầy đủ các hoạt động; cần chăm học hơn để tiến bộ.",
        "Có cố gắng trong học kì II; cần tập trung hơn trong giờ học và làm bài đầy đủ.",
        "Hòa đồng với bạn bè; nên lập kế hoạch học tập và hỏi thầy cô khi chưa hiểu.",
    ),
    4: (
        "Lễ phép với thầy cô; kiến thức còn nhiều chỗ hổng, cần kiên trì ôn tập cùng thầy cô.",
        "Có cố gắng nhưng kết quả chưa cao; gia đình và nhà trường cùng hỗ trợ em trong hè.",
    ),
}
LONGEST = (
    "Nắm chắc kiến thức trọng tâm, biết vận dụng linh hoạt vào các tình huống thực tiễn; "
    "trình bày mạch lạc, lập luận có căn cứ và tích cực giúp đỡ bạn trong giờ học nhóm. Tuy "
    "nhiên, khi làm bài kiểm tra còn nóng vội, đôi chỗ chưa đọc kĩ yêu cầu; cần rèn tính cẩn "
    "thận, kiểm tra lại kết quả và mạnh dạn trao đổi với thầy cô khi gặp nội dung khó."
)
LONGEST_OF_YEAR = (
    "Trong năm học, em luôn chấp hành tốt nội quy của nhà trường, lễ phép với thầy cô, hòa "
    "nhã và sẵn sàng giúp đỡ bạn bè; tích cực tham gia các hoạt động của lớp, của Đoàn, Đội "
    "và cộng đồng. Em có ý thức tự học, tự chủ và có trách nhiệm với nhiệm vụ được giao; kết "
    "quả học tập tiến bộ rõ rệt ở học kì II, nhất là ở các môn khoa học. Điều cần khắc phục "
    "là đôi khi còn thiếu kiên trì trước việc khó và chưa cân đối được thời gian giữa học "
    "tập, rèn luyện thể chất và nghỉ ngơi. Gia đình và nhà trường tiếp tục phối hợp động viên "
    "để em phát huy năng lực trong năm học tới."
)
"""Comments as long as teachers ever write them."""


def subject_comment(random: Random, subject: str, score: int) -> str:
    """Return a comment on a scored subject; *score* is the year's average in tenths."""
    advice = random.choice(_ADVICE[subject])
    if score >= 80:
        return f"{random.choice(_EXCELLENT[subject])} {random.choice(_CLOSE)}".strip()
    if score >= 65:
        return f"{random.choice(_GOOD[subject])} Nên {advice}."
    if score >= 50:
        start = random.choice(
            ("Nắm được kiến thức cơ bản", "Có cố gắng", "Đạt yêu cầu của môn học")
        )
        return f"{start}; cần {advice}."
    start = random.choice(("Còn gặp khó khăn trong học tập", "Kiến thức chưa vững"))
    end = random.choice(("thầy cô sẽ tiếp tục hỗ trợ.", "hãy hỏi thầy cô và bạn bè khi chưa hiểu."))
    return f"{start}; cần {advice}, {end}"


def passed_comment(random: Random, subject: str, *, passed: bool) -> str:
    """Return a comment on a subject judged by comment."""
    return random.choice(_BY_COMMENT[subject] if passed else _NOT_PASSED)


def exempt_comment() -> str:
    """Return what stands for an exempt subject."""
    return "Được miễn học theo hồ sơ bệnh án."


def homeroom_comment(random: Random, academic: int, conduct: int) -> str:
    """Return the homeroom teacher's comment for the year's levels."""
    if conduct == 4:
        return "Còn vi phạm nội quy nhiều lần; đã nhận ra khuyết điểm và hứa sửa chữa trong hè."
    return random.choice(_HOMEROOM[academic])
