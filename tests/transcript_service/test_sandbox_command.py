"""`hocba sandbox pki` makes keys that sign, and trust that confirms them, for whoever tries."""

import stat
from datetime import UTC, datetime

import pytest

from signing.errors import WrongPassword
from signing.keys.pkcs12 import load_pkcs12
from signing.keys.signing_key import SignatureAlgorithm
from signing.validation_data import gather
from transcript_service.cli import main

DONE, USAGE = 0, 2


def keys_in(folder):
    """Principal's and school's key, opened with the passwords that lie beside them."""
    return [
        load_pkcs12(
            folder / f"keys/{who}.p12", (folder / f"keys/{who}.password").read_text().strip()
        )
        for who in ("principal", "seal")
    ]


def test_what_it_makes_fits_together(tmp_path, capsys):
    """Both keys lead to the root, whose lists say that nobody was revoked; nobody is asked."""
    folder = tmp_path / "pki"

    assert main(["sandbox", "pki", "--out", str(folder)]) == DONE

    trust = folder / "trust"
    data = gather(
        keys_in(folder),
        [],
        trust_anchors=[(trust / "root.pem").read_bytes()],
        revocation_lists=[(trust / "root.crl").read_bytes(), (trust / "ca.crl").read_bytes()],
        moment=datetime.now(UTC),
    )
    assert (len(data.certificates), len(data.revocation_lists)) == (3, 2)
    said = capsys.readouterr().out
    for name in ("root.pem", "root.crl", "ca.pem", "ca.crl", "principal.p12", "seal.p12"):
        assert name in said


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [("P-256", SignatureAlgorithm.ECDSA_P256), ("RSA-2048", SignatureAlgorithm.RSA_PKCS1)],
)
def test_names_and_kind_of_keys_are_the_callers_choice(tmp_path, kind, algorithm):
    """As they will stand in certificates."""
    command = ["sandbox", "pki", "--out", str(tmp_path / "pki"), "--key-kind", kind]
    command += ["--school", "Trường THCS Hoa Phượng", "--principal", "Nguyễn Thị Ngọc Ánh"]
    command += ["--organization-identifier", "VATVN-0123456789"]

    assert main(command) == DONE

    principal, seal = keys_in(tmp_path / "pki")
    assert principal.algorithm is seal.algorithm is algorithm
    assert "Nguyễn Thị Ngọc Ánh (SANDBOX)".encode() in principal.certificate
    assert "Trường THCS Hoa Phượng (SANDBOX)".encode() in seal.certificate
    assert b"VATVN-0123456789" in seal.certificate


def test_keys_and_passwords_are_for_their_owner_alone(tmp_path):
    """Also those of a sandbox."""
    main(["sandbox", "pki", "--out", str(tmp_path)])

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert set(modes.values()) == {0o600}
    with pytest.raises(WrongPassword):
        load_pkcs12(tmp_path / "keys/seal.p12", "password")


def test_a_second_sandbox_does_not_replace_the_first(tmp_path, capsys):
    """Its keys may have signed already."""
    main(["sandbox", "pki", "--out", str(tmp_path)])
    before = (tmp_path / "keys/principal.p12").read_bytes()

    assert main(["--lang", "en", "sandbox", "pki", "--out", str(tmp_path)]) == USAGE

    assert "There is a sandbox already" in capsys.readouterr().err
    assert (tmp_path / "keys/principal.p12").read_bytes() == before


@pytest.mark.parametrize("option", ["--school", "--principal"])
def test_a_name_that_no_certificate_holds_is_refused(tmp_path, capsys, option):
    """RFC 5280 allows 64 characters; nothing is written."""
    command = ["--lang", "en", "sandbox", "pki", "--out", str(tmp_path / "pki"), option, "x" * 65]

    assert main(command) == USAGE

    assert "does not fit into a certificate" in capsys.readouterr().err
    assert not (tmp_path / "pki").exists()
