// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entries, Entry} from "./Entries.sol";
import {RegistryCertificates} from "./RegistryCertificates.sol";

/// @title Batches of issued documents: one root for many.
/// @notice Keyed by institution and root, so that nobody can take another's root by being faster.
abstract contract RegistryBatches is RegistryCertificates {
    /// @dev One storage slot; the manifest digest stands in the event and in the history only.
    struct Batch {
        uint64 size;
        uint64 time;
    }

    /// @notice How many entries the batch has and when it was anchored; zeros for an unknown one.
    mapping(bytes32 institution => mapping(bytes32 root => Batch)) public batches;

    /// @notice `institution` anchored `size` entries under `root`.
    event BatchAnchored(
        bytes32 indexed institution,
        bytes32 root,
        uint64 size,
        bytes32 manifestDigest,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice The bytes of a manifest, for whoever folds the registry from the chain alone.
    event ManifestPublished(
        bytes32 digest,
        bytes manifest,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice A batch has at least one entry.
    error TranscriptRegistryEmptyBatch(bytes32 institution, bytes32 root);

    /// @notice The institution has anchored this root already.
    error TranscriptRegistryBatchExists(bytes32 institution, bytes32 root);

    /// @notice The institution has not anchored this root.
    error TranscriptRegistryUnknownBatch(bytes32 institution, bytes32 root);

    /// @notice The proof does not lead from the entry's leaf to the root.
    error TranscriptRegistryBadInclusionProof(bytes32 institution, bytes32 root, bytes32 leaf);

    /// @notice The bytes hash to `found`, not to `digest`.
    error TranscriptRegistryOtherManifest(bytes32 digest, bytes32 found);

    /// @notice Record `size` issued documents of `institution` under `root`.
    /// @dev For an ISSUER of exactly this institution. Once for each root.
    /// @param root The Merkle tree hash over the entries.
    /// @param manifestDigest SHA-256 of the manifest that lists the entries.
    function anchorBatch(
        bytes32 institution,
        bytes32 root,
        uint64 size,
        bytes32 manifestDigest
    ) external whileInUse {
        _anchor(institution, root, size, manifestDigest);
    }

    /// @notice Put the bytes of a manifest on chain as an event.
    /// @dev For anyone: bytes that hash to the digest are the manifest, whoever brings them.
    function publishManifest(bytes32 digest, bytes calldata manifest) external {
        bytes32 found = sha256(manifest);
        if (found != digest) revert TranscriptRegistryOtherManifest(digest, found);
        Tail memory tail = _append(ManifestPublished.selector, abi.encode(digest, found));
        emit ManifestPublished(
            digest,
            manifest,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    /// @notice The leaf hash of an entry; its institution, root, index and proof do not matter.
    function leafHash(Entry calldata entry) external pure returns (bytes32) {
        return Entries.leafHash(entry);
    }

    function _anchor(
        bytes32 institution,
        bytes32 root,
        uint64 size,
        bytes32 manifestDigest
    ) internal {
        _checkGranted(institution, ISSUER);
        if (size == 0) revert TranscriptRegistryEmptyBatch(institution, root);
        if (batches[institution][root].size != 0) {
            revert TranscriptRegistryBatchExists(institution, root);
        }
        batches[institution][root] = Batch(size, _now());
        Tail memory tail = _append(
            BatchAnchored.selector,
            abi.encode(institution, root, size, manifestDigest)
        );
        emit BatchAnchored(
            institution,
            root,
            size,
            manifestDigest,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    /// @dev Check that the entry is in an anchored batch of its institution.
    /// @return leaf Its leaf hash, computed here from the entry.
    function _checkAnchored(Entry calldata entry) internal view returns (bytes32 leaf) {
        uint64 size = batches[entry.institution][entry.root].size;
        if (size == 0) revert TranscriptRegistryUnknownBatch(entry.institution, entry.root);
        leaf = Entries.leafHash(entry);
        if (!Entries.isIncluded(leaf, entry.index, size, entry.proof, entry.root)) {
            revert TranscriptRegistryBadInclusionProof(entry.institution, entry.root, leaf);
        }
    }
}
