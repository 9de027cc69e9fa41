// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entry} from "./Entries.sol";
import {RegistryBatches} from "./RegistryBatches.sol";

/// @dev One version that takes the place of another.
struct Supersession {
    Entry predecessor;
    Entry successor;
    uint8 reason;
}

/// @title What became of an issued document: revoked, or superseded by a newer version.
/// @notice Keyed by institution and leaf hash, so that nobody can anchor another's entry and revoke it.
/// A status is set once and cannot be undone; an error is repaired by issuing the next version.
abstract contract RegistryStatuses is RegistryBatches {
    /// @dev Two storage slots.
    struct Status {
        uint8 status;
        uint8 reason;
        uint64 time;
        bytes32 successorLeaf;
    }

    /// @notice `status` of an entry that was withdrawn.
    uint8 public constant REVOKED = 1;

    /// @notice `status` of an entry that has a newer version.
    uint8 public constant SUPERSEDED = 2;

    /// @notice The status of a leaf (0 none, 1 revoked, 2 superseded), its reason code, when, and the next version's leaf.
    mapping(bytes32 institution => mapping(bytes32 leaf => Status)) public statusOf;

    /// @notice The entry with leaf hash `leaf` was withdrawn.
    event EntryRevoked(
        bytes32 indexed institution,
        bytes32 leaf,
        bytes32 root,
        uint8 reason,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice `successorLeaf` took the place of the entry with leaf hash `leaf`.
    event EntrySuperseded(
        bytes32 indexed institution,
        bytes32 leaf,
        bytes32 successorInstitution,
        bytes32 successorLeaf,
        uint8 reason,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice A reason is needed, and `reason` is none.
    error TranscriptRegistryNoReason(uint8 reason);

    /// @notice The entry is revoked or superseded already.
    error TranscriptRegistryStatusSet(bytes32 institution, bytes32 leaf, uint8 status);

    /// @notice The two entries are not versions of one document.
    error TranscriptRegistryOtherSeries(bytes32 seriesId, bytes32 successorSeriesId);

    /// @notice The successor's version is not greater.
    error TranscriptRegistryNotNewer(uint32 version, uint32 successorVersion);

    /// @notice Revoke an entry. This cannot be undone.
    /// @dev For a REVOKER of its institution (`actingFor` is the institution) or an AUTHORITY of `actingFor`, which
    /// is the institution or above it.
    /// @param reason Why; the codes are the verifier's.
    function revoke(bytes32 actingFor, Entry calldata entry, uint8 reason) external {
        _checkRevoker(actingFor, entry.institution);
        _checkReason(reason);
        bytes32 leaf = _checkCurrent(entry);
        statusOf[entry.institution][leaf] = Status(REVOKED, reason, _now(), 0);
        Tail memory tail = _append(
            EntryRevoked.selector,
            abi.encode(entry.institution, leaf, entry.root, reason, actingFor)
        );
        emit EntryRevoked(
            entry.institution,
            leaf,
            entry.root,
            reason,
            actingFor,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    /// @notice Put a newer version in the place of an entry. This cannot be undone.
    /// @dev For those who may revoke the predecessor. The successor may be of another institution: the pupil may have
    /// changed school in between.
    function supersede(
        bytes32 actingFor,
        Entry calldata predecessor,
        Entry calldata successor,
        uint8 reason
    ) external {
        _supersede(actingFor, predecessor, successor, reason);
    }

    /// @notice Anchor a batch and supersede entries, all or nothing.
    /// @dev For an ISSUER of `institution` who may also revoke each predecessor, acting for `actingFor`.
    function anchorAndSupersede(
        bytes32 institution,
        bytes32 root,
        uint64 size,
        bytes32 manifestDigest,
        bytes32 actingFor,
        Supersession[] calldata supersessions
    ) external whileInUse {
        _anchor(institution, root, size, manifestDigest);
        for (uint256 i = 0; i < supersessions.length; ++i) {
            Supersession calldata next = supersessions[i];
            _supersede(actingFor, next.predecessor, next.successor, next.reason);
        }
    }

    function _supersede(
        bytes32 actingFor,
        Entry calldata predecessor,
        Entry calldata successor,
        uint8 reason
    ) private {
        _checkRevoker(actingFor, predecessor.institution);
        _checkReason(reason);
        _checkSuccession(predecessor, successor);
        bytes32 leaf = _checkCurrent(predecessor);
        bytes32 successorLeaf = _checkCurrent(successor);
        statusOf[predecessor.institution][leaf] = Status(SUPERSEDED, reason, _now(), successorLeaf);
        Tail memory tail = _append(
            EntrySuperseded.selector,
            abi.encode(
                predecessor.institution,
                leaf,
                successor.institution,
                successorLeaf,
                reason,
                actingFor
            )
        );
        emit EntrySuperseded(
            predecessor.institution,
            leaf,
            successor.institution,
            successorLeaf,
            reason,
            actingFor,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    function _checkRevoker(bytes32 actingFor, bytes32 institution) private view {
        if (actingFor == institution && wasGranted(msg.sender, institution, REVOKER, _now())) return;
        _checkAuthority(actingFor, institution);
    }

    function _checkReason(uint8 reason) private pure {
        if (reason == 0) revert TranscriptRegistryNoReason(reason);
    }

    function _checkSuccession(Entry calldata predecessor, Entry calldata successor) private pure {
        if (predecessor.seriesId != successor.seriesId) {
            revert TranscriptRegistryOtherSeries(predecessor.seriesId, successor.seriesId);
        }
        if (successor.version <= predecessor.version) {
            revert TranscriptRegistryNotNewer(predecessor.version, successor.version);
        }
    }

    /// @dev Check that the entry is anchored and has no status; give its leaf hash.
    function _checkCurrent(Entry calldata entry) private view returns (bytes32 leaf) {
        leaf = _checkAnchored(entry);
        uint8 status = statusOf[entry.institution][leaf].status;
        if (status != 0) revert TranscriptRegistryStatusSet(entry.institution, leaf, status);
    }
}
