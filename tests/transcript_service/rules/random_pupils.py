"""
Random pupils of grades 6 to 12 as plain data, dense where the rules have their edges.

Scores are whole tenths, True and False are Đạt and Chưa đạt. The same seed gives the same pupils.
"""

from collections.abc import Iterator
from random import Random

LOWER = {
    "literature": 140,
    "mathematics": 140,
    "foreign_language_1": 105,
    "civic_education": 35,
    "history_geography": 105,
    "natural_science": 140,
    "technology": 52,
    "informatics": 35,
    "physical_education": 70,
    "arts": 70,
    "experiential_career": 105,
    "local_education": 35,
}
UPPER = {
    "literature": 105,
    "mathematics": 105,
    "foreign_language_1": 105,
    "history": 52,
    "defense_security_education": 35,
    "physical_education": 70,
    "experiential_career": 105,
    "local_education": 35,
}
ELECTIVE = [
    "geography",
    "economic_legal_education",
    "physics",
    "chemistry",
    "biology",
    "technology",
    "informatics",
    "music",
    "fine_arts",
]
OPTIONAL = {"ethnic_language": 105, "foreign_language_2": 105}
COMMENT_ONLY = {
    "physical_education",
    "arts",
    "music",
    "fine_arts",
    "local_education",
    "experiential_career",
}
EDGES = [0, 34, 35, 36, 49, 50, 51, 64, 65, 66, 79, 80, 81, 89, 90, 91, 100]
LEVELS = ["Tốt", "Khá", "Đạt", "Chưa đạt"]


def random_pupils(seed: int, count: int) -> Iterator[dict]:
    """Give *count* pupils."""
    random = Random(seed)
    for _ in range(count):
        yield _Maker(random).pupil()


class _Maker:
    """One pupil's traits, from which the marks follow."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.ability = random.choice([38, 48, 56, 66, 75, 85, 92])
        self.is_edgy = self.often(0.4)
        self.fail = random.choice([0.0, 0.0, 0.03, 0.25])
        self.without_term_1 = self.often(0.04)
        self.inclusive = self.often(0.06)

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def pupil(self) -> dict:
        random = self.random
        grade = random.randint(6, 12)
        policy = {
            "single_subject_test": random.choice(["replace", "exclude"]),
            "nx_subject_counts": self.often(0.5),
            "min_count": 5 if self.often(0.1) else 6,
            "study_topic_mark": random.choice(["within", "additional"]),
            "missing_term_1": random.choice(["manual", "term_2"]),
            "both_failed": random.choice(["repeat", "second_chances"]),
        }
        first, second = (random.choices(LEVELS, [5, 4, 3, 3])[0] for _ in range(2))
        made = {
            "grade": grade,
            "subjects": self.subjects(grade, policy),
            "conduct": [None if self.without_term_1 else first, second],
            "decided_conduct": {"level": first, "reason": "học ở nước ngoài"}
            if self.without_term_1
            else None,
            "absent": random.choice([[0, 0], [4, 2], [40, 5], [40, 6], [46, 0], [20, 24]]),
            "summer": random.choice(LEVELS) if self.often(0.4) else None,
            "decision": self.often(0.5) if self.often(0.4 if self.inclusive else 0.02) else None,
            "policy": policy,
        }
        if self.often(0.05):
            self.spoil(made)
        return made

    def subjects(self, grade: int, policy: dict) -> list[dict]:
        random = self.random
        taken = dict(LOWER if grade < 10 else UPPER)
        if grade >= 10:
            taken |= dict.fromkeys(random.sample(ELECTIVE, 4), 70)
        if self.often(0.15):
            code = random.choice(sorted(OPTIONAL))
            taken[code] = OPTIONAL[code]
        topics = set(random.sample(sorted(taken), 3)) if grade >= 10 else set()
        weak = set(random.sample(sorted(taken), random.choice([0, 0, 1, 1, 1, 2])))
        made = [
            self.subject(code, taken[code], code in topics, code in weak, policy) for code in taken
        ]
        random.shuffle(made)
        return made

    def subject(self, code: str, periods: int, topic: bool, weak: bool, policy: dict) -> dict:
        random = self.random
        status = "normal"
        if self.often(0.01):
            status = "exempt"
        elif self.often(0.02):
            status = "partially_exempt"
        elif self.inclusive and self.often(0.4):
            status = "inclusive_education"
        level = random.randint(5, 55) if weak else min(100, max(0, self.ability + self.noise()))
        terms = [self.term(code, periods, topic, level, policy) for _ in range(2)]
        if self.is_edgy and code not in COMMENT_ONLY:
            level = random.choice([value for value in EDGES if value <= 51 or not weak])
            terms = [{"recorded": level}, {"recorded": level}]
        if self.without_term_1:
            terms[0] = {"none": "học ở nước ngoài"}
        elif self.often(0.01):
            terms[random.randint(0, 1)] = {"none": "chuyển trường, đổi môn lựa chọn"}
        return {
            "code": code,
            "periods": periods,
            "status": status,
            "term_1": terms[0],
            "term_2": terms[1],
            "decided": self.decided(code, status, terms, policy),
            "plan": self.often(0.7)
            if status == "inclusive_education" and self.often(0.3) and "none" not in terms[0]
            else None,
            "again": self.again(code) if self.often(0.3) else None,
        }

    def noise(self) -> int:
        return round(self.random.gauss(0, 9))

    def decided(self, code: str, status: str, terms: list[dict], policy: dict) -> dict | None:
        """Decide an average where term 1 alone is missing; where term 2 may stand, sometimes."""
        is_open = "none" in terms[0] and "none" not in terms[1]
        if not is_open or code in COMMENT_ONLY or status == "exempt":
            return None
        if policy["missing_term_1"] == "term_2" and self.often(0.5):
            return None
        return {"score": self.random.choice(EDGES), "reason": "nhà trường quyết định"}

    def again(self, code: str) -> int | bool:
        return self.often(0.7) if code in COMMENT_ONLY else self.random.choice(EDGES)

    def term(self, code: str, periods: int, topic: bool, level: int, policy: dict) -> dict:
        is_comment = code in COMMENT_ONLY
        number = 2 if is_comment or periods <= 35 else 3 if periods <= 70 else 4
        if topic and policy["study_topic_mark"] == "within":
            number -= 1
        return {
            "regular": [self.mark(is_comment, level) for _ in range(number)],
            "midterm": self.mark(is_comment, level),
            "final": self.mark(is_comment, level),
            "topic": self.mark(is_comment, level) if topic else None,
        }

    def mark(self, is_comment: bool, level: int) -> int | bool | str:
        if self.often(0.003):
            return "not made up"
        if is_comment:
            return not self.often(self.fail / 4)
        return min(100, max(0, level + self.noise() // 2))

    def spoil(self, made: dict) -> None:
        """Plant one defect."""
        decided = [subject for subject in made["subjects"] if subject["decided"]]
        if decided and self.often(0.5):
            subject = self.random.choice(decided)
            subject["decided"] = self.random.choice([None, subject["decided"] | {"reason": " "}])
            return
        subject = self.random.choice(made["subjects"])
        term = subject["term_2"]
        defects = [
            lambda: subject.update(term_1=None),
            lambda: subject.update(term_1={"none": " "}),
            lambda: subject.update(plan=True),
            lambda: subject.update(decided={"score": 80, "reason": "ý kiến"}),
            lambda: subject.update(again=True),
            lambda: subject.update(again=101),
            lambda: made.update(decided_conduct={"level": "Tốt", "reason": "ý kiến"}),
            lambda: made["conduct"].__setitem__(0, None),
            lambda: made["conduct"].__setitem__(1, None),
            lambda: made["subjects"].append(subject),
        ]
        if "regular" in term:
            defects += [
                lambda: term.update(midterm=None),
                lambda: term.update(final=101),
                lambda: term["regular"].append(term["midterm"]),
                term["regular"].clear,
            ]
        self.random.choice(defects)()
