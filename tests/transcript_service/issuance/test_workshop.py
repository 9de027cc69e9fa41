"""Worker processes: order, errors, deaths, keys that stay at home."""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from signing.errors import CertificateNotValid, FieldFilled
from tests.signing.sample import DOCUMENT, make_signers, render
from transcript_service.errors import BatchError, RenderError
from transcript_service.issuance.workshop import FEWEST_TASKS, Workshop
from verifier.errors import MissingEvidence, SubReason

MANY = 5 * FEWEST_TASKS


@pytest.fixture
def workshop():
    workshop = Workshop(2)
    yield workshop
    workshop.close()


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_signers(tmp_path_factory.mktemp("pki"), render(DOCUMENT)).principal.key


def process_of(_task, _ask):
    return os.getpid()


def slow_when_even(number, _ask):
    time.sleep(0.02 if number % 2 == 0 else 0)
    return number


def fails_at_three(number, _ask):
    if number == 3:
        raise FieldFilled("Signature field {name} is signed already.", name="Sig")
    if number == 4:
        raise RenderError("later")
    return number


def dies_at_three(number, _ask):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def processes_of(workshop):
    """Which processes work; a quick one may do a whole round while the other one starts."""
    deadline, seen = time.monotonic() + 60, set()
    while len(seen) < 2 and time.monotonic() < deadline:
        seen |= set(workshop.each(process_of, range(MANY), {}))
    return seen


def signature_of(message, ask):
    return ask("principal", message)


def test_results_come_in_the_order_of_their_tasks(workshop):
    """However long each takes."""
    assert list(workshop.each(slow_when_even, range(MANY), {})) == list(range(MANY))


def test_many_tasks_are_shared_by_other_processes_and_few_stay_here(workshop):
    """Starting a worker costs more than a few documents."""
    shared = processes_of(workshop)
    at_home = set(workshop.each(process_of, range(FEWEST_TASKS - 1), {}))

    assert len(shared) == 2
    assert os.getpid() not in shared
    assert at_home == {os.getpid()}


def test_one_worker_is_this_process():
    """Nothing is started."""
    assert set(Workshop(1).each(process_of, range(MANY), {})) == {os.getpid()}


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_job_raises_is_raised_at_its_place(workers):
    """With its template and facts, so that it can be told in any language."""
    workshop = Workshop(workers)
    made = []

    with pytest.raises(FieldFilled, match="Sig is signed already") as caught:
        made.extend(workshop.each(fails_at_three, range(MANY), {}))

    assert made == [0, 1, 2]
    assert caught.value.facts == {"name": "Sig"}
    assert list(workshop.each(slow_when_even, range(MANY), {})) == list(range(MANY))
    workshop.close()


def test_a_dead_worker_is_told_and_replaced(workshop):
    """What was made before is kept; the next round has all its workers."""
    made = []

    with pytest.raises(BatchError, match="a worker process ended"):
        made.extend(workshop.each(dies_at_three, range(MANY), {}))

    assert made == [0, 1, 2]
    assert len(processes_of(workshop)) == 2


def test_few_tasks_are_taken_ahead_of_the_results(workshop):
    """So a large batch needs no more memory than a small one."""
    taken = []

    def tasks():
        for number in range(10 * MANY):
            taken.append(number)
            yield number

    results = workshop.each(slow_when_even, tasks(), {})
    for number in results:
        assert len(taken) <= max(FEWEST_TASKS, number + 6)


def test_a_worker_gets_a_signature_and_never_the_key(workshop, key):
    """The key cannot even be pickled; its signature is the same as here."""
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(key)
    messages = [bytes([number]) * 40 for number in range(MANY)]

    signatures = list(workshop.each(signature_of, messages, {"principal": key}))

    assert signatures == [key.sign(message) for message in messages]


def test_a_key_that_fails_is_told_by_the_document_that_needed_it(workshop, key):
    """A token that was pulled out."""

    def pulled_out(_message):
        raise CertificateNotValid("The token {source} is gone.", source="slot 1")

    broken = replace(key, sign=pulled_out)

    with pytest.raises(CertificateNotValid, match="slot 1"):
        list(workshop.each(signature_of, [b"message"] * MANY, {"principal": broken}))


KILLED_PARENT = """
import os, signal, sys
from tests.transcript_service.issuance.test_workshop import processes_of
from transcript_service.issuance.workshop import Workshop

if __name__ == "__main__":
    workers = processes_of(Workshop(2))
    print(*workers, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path):
    """They wait at a pipe that closes."""
    script = tmp_path / "parent.py"
    script.write_text(KILLED_PARENT)
    done = subprocess.run(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        check=False,
    )
    workers = [int(one) for one in done.stdout.split()]

    assert done.returncode == -signal.SIGKILL
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while any(_is_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_is_alive(pid) for pid in workers)


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def cannot_be_read(_task, _ask):
    raise MissingEvidence(SubReason.REGISTRY_UNAVAILABLE, "the node does not answer")


class Unpicklable(Exception):
    def __init__(self, text, lock):
        super().__init__(text)
        self.lock = lock


def fails_with_a_lock(_task, _ask):
    raise Unpicklable("with a lock", threading.Lock())


def dies_while_it_tells(_task, _ask):
    threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
    return bytes(1 << 30)


@pytest.mark.parametrize(
    ("job", "told"),
    [(cannot_be_read, "the node does not answer"), (fails_with_a_lock, "with a lock")],
)
def test_an_error_that_cannot_travel_arrives_as_its_text(workshop, job, told):
    """The worker lives on."""
    with pytest.raises((MissingEvidence, BatchError), match=told):
        list(workshop.each(job, range(MANY), {}))

    assert list(workshop.each(slow_when_even, range(MANY), {})) == list(range(MANY))


def test_a_worker_that_dies_in_the_middle_of_its_answer_is_dead(workshop):
    """The memory of the machine was short, for example."""
    with pytest.raises(BatchError, match="a worker process ended"):
        list(workshop.each(dies_while_it_tells, range(MANY), {}))

    assert list(workshop.each(slow_when_even, range(MANY), {})) == list(range(MANY))
