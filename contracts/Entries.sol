// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev One issued document, and the proof that it is in a batch of `institution`.
struct Entry {
    bytes32 institution;
    bytes32 root;
    uint64 index;
    bytes32 documentDigest;
    bytes32 seriesId;
    uint32 version;
    bytes32[] proof;
}

/// @title Leaves and inclusion proofs as RFC 9162 section 2.1 defines them, over SHA-256.
library Entries {
    /// @notice Hash an entry as a leaf (section 2.1.1).
    /// @dev The entry is `0x01 ‖ documentDigest ‖ seriesId ‖ version`; the byte before it marks a leaf.
    function leafHash(Entry calldata entry) internal pure returns (bytes32) {
        return
            sha256(
                abi.encodePacked(uint16(0x0001), entry.documentDigest, entry.seriesId, entry.version)
            );
    }

    /// @notice Tell whether `proof` leads from `leaf` at `index` of `size` leaves to `root` (section 2.1.3.2).
    function isIncluded(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) internal pure returns (bool) {
        if (index >= size) return false;
        uint64 last = size - 1;
        bytes32 node = leaf;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (last == 0) return false;
            if (index & 1 == 1 || index == last) {
                node = sha256(abi.encodePacked(uint8(1), proof[i], node));
                while (index & 1 == 0 && index != 0) {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                node = sha256(abi.encodePacked(uint8(1), node, proof[i]));
            }
            index >>= 1;
            last >>= 1;
        }
        return last == 0 && node == root;
    }
}
