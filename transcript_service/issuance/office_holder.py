"""Who signs for the school: the principal, or who stands in for the principal on that day."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from transcript_service.class_year import ClassYear
from transcript_service.errors import UsageError
from transcript_service.settings import OfficeSettings
from verifier.messages import _

_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def signed_by(class_year: ClassYear, office: OfficeSettings | None, now: datetime) -> ClassYear:
    """
    Put the one who signs now (aware) into the class's records: name and title, as printed.

    Without *office* it is the principal whom the shared database names.

    Raises:
        UsageError: the dates of office do not include today in Viet Nam.
    """
    if office is None:
        return class_year
    today = now.astimezone(_VIET_NAM).date()
    if not office.since <= today <= office.until:
        raise UsageError(
            _(
                "nothing is signed: who signs by `signing.office` holds the office from {since} to"
                " {until}, but today is {today}; correct the settings"
            ).format(since=office.since, until=office.until, today=today)
        )
    school = replace(
        class_year.school, principal_name=office.full_name, principal_title=office.title
    )
    return replace(class_year, school=school)
