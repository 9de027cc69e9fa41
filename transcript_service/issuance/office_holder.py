"""Who signs for the school: the principal, or who stands in for the principal on that day."""

from dataclasses import replace
from datetime import datetime

from transcript_service.class_year import ClassYear
from transcript_service.errors import UsageError
from transcript_service.settings import OfficeSettings
from verifier.messages import _
from verifier.printing import VIET_NAM


def signed_by(class_year: ClassYear, office: OfficeSettings | None) -> ClassYear:
    """
    Put the one who signs into the class's records: name and title, as printed.

    Without *office* it is the principal whom the shared database names.
    """
    if office is None:
        return class_year
    school = replace(
        class_year.school, principal_name=office.full_name, principal_title=office.title
    )
    return replace(class_year, school=school)


def check_holds_office(office: OfficeSettings | None, now: datetime) -> None:
    """
    Check that who signs by the settings may do so now (aware), by the date in Viet Nam.

    Raises:
        UsageError: the dates of office do not include today.
    """
    if office is None:
        return
    today = now.astimezone(VIET_NAM).date()
    if not office.since <= today <= office.until:
        raise UsageError(
            _(
                "nothing is signed: who signs by `signing.office` holds the office from {since} to"
                " {until}, but today is {today}; correct the settings"
            ).format(since=office.since, until=office.until, today=today)
        )
