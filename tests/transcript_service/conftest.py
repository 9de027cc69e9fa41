"""A school before and after `hocba issue`, made once; tests take copies."""

import shutil

import pytest

from tests.school import command_options, make_school
from transcript_service.cli import main


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """A school of two pupils before anything is issued."""
    directory = tmp_path_factory.mktemp("original")
    return directory, make_school(directory, pupils=2)


@pytest.fixture(scope="session")
def issued_once(original, tmp_path_factory):
    """The same school after `hocba issue`."""
    directory = tmp_path_factory.mktemp("issued") / "school"
    shutil.copytree(original[0], directory)
    assert main(["issue", *command_options(directory), "--class", original[1].class_code]) == 0
    return directory


@pytest.fixture
def school(original, tmp_path):
    return shutil.copytree(original[0], tmp_path / "school"), original[1]


@pytest.fixture
def issued(issued_once, tmp_path):
    return shutil.copytree(issued_once, tmp_path / "school")
