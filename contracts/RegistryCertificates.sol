// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Period, Periods} from "./Periods.sol";
import {RegistryGrants} from "./RegistryGrants.sol";

/// @title Whose signatures count for an institution, as what, and when.
/// @notice Ties the X.509 certificates that sign an institution's documents to the institution, so that neither a
/// stolen chain key nor a rogue certificate alone can issue.
/// @dev An identity is the SHA-256 fingerprint of a certificate; for a SEAL also
/// SHA-256("hocba/seal/1" ‖ SHA-256(issuer's SPKI) ‖ organizationIdentifier).
abstract contract RegistryCertificates is RegistryGrants {
    using Periods for Period[];

    /// @notice The certificate of a principal.
    uint8 public constant PRINCIPAL = 1;

    /// @notice The certificate of a school seal.
    uint8 public constant SEAL = 2;

    mapping(bytes32 institution => mapping(bytes32 identity => mapping(uint8 use => Period[])))
        private _certificates;

    /// @notice `identity` signs for `institution` as `use` from `from` until `until` (excluded).
    event CertificateDeclared(
        bytes32 indexed institution,
        bytes32 identity,
        uint8 use,
        uint256 period,
        uint64 from,
        uint64 until,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice The end of a declaration was brought forward to `until` (excluded).
    event CertificateEnded(
        bytes32 indexed institution,
        bytes32 identity,
        uint8 use,
        uint256 period,
        uint64 until,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice There is no such use of a certificate.
    error TranscriptRegistryUnknownUse(uint8 use);

    /// @notice No certificate has this identity.
    error TranscriptRegistryUnusableIdentity(bytes32 identity);

    /// @notice Declare that `identity` signs for `institution` as `use`.
    /// @dev For an AUTHORITY of `actingFor`, which is `institution` or above it.
    /// @param from First second; zero for now, no back-dating.
    /// @param until First second after the period; zero for no end.
    function declareCertificate(
        bytes32 actingFor,
        bytes32 institution,
        bytes32 identity,
        uint8 use,
        uint64 from,
        uint64 until
    ) external whileInUse {
        _checkAuthority(actingFor, institution);
        if (use == 0 || use > SEAL) revert TranscriptRegistryUnknownUse(use);
        if (identity == bytes32(0)) revert TranscriptRegistryUnusableIdentity(identity);
        (uint256 index, Period memory period) = _certificates[institution][identity][use].add(
            from,
            until,
            _now()
        );
        _recordDeclaration(actingFor, institution, identity, use, index, period);
    }

    /// @notice Bring the end of a declaration forward.
    /// @dev For an AUTHORITY of `actingFor`, which is `institution` or above it.
    /// @param period Which of the periods of this identity, institution and use.
    /// @param until First second after the period; zero for the next second.
    function endCertificate(
        bytes32 actingFor,
        bytes32 institution,
        bytes32 identity,
        uint8 use,
        uint256 period,
        uint64 until
    ) external {
        _checkAuthority(actingFor, institution);
        (, uint64 afterwards) = _certificates[institution][identity][use].end(
            period,
            until,
            _now()
        );
        Tail memory tail = _append(
            CertificateEnded.selector,
            abi.encode(institution, identity, use, period, afterwards, actingFor)
        );
        emit CertificateEnded(
            institution,
            identity,
            use,
            period,
            afterwards,
            actingFor,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    /// @notice Tell whether `identity` was declared for `institution` and `use` at `moment` (Unix seconds).
    function wasDeclared(
        bytes32 identity,
        bytes32 institution,
        uint8 use,
        uint64 moment
    ) external view returns (bool) {
        return _certificates[institution][identity][use].includes(moment);
    }

    /// @notice All periods for which `identity` was declared for `institution` and `use`, in order of making.
    function certificatePeriods(
        bytes32 identity,
        bytes32 institution,
        uint8 use
    ) external view returns (Period[] memory) {
        return _certificates[institution][identity][use];
    }

    function _recordDeclaration(
        bytes32 actingFor,
        bytes32 institution,
        bytes32 identity,
        uint8 use,
        uint256 index,
        Period memory period
    ) private {
        Tail memory tail = _append(
            CertificateDeclared.selector,
            abi.encode(institution, identity, use, index, period.from, period.until, actingFor)
        );
        emit CertificateDeclared(
            institution,
            identity,
            use,
            index,
            period.from,
            period.until,
            actingFor,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }
}
