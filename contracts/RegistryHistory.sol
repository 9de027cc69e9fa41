// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A running hash over everything that the registry ever did.
/// @notice Each change adds one event and one step of the hash, so that whoever folds the events can prove
/// that a node left none out, added none and changed none.
/// @dev Must be the first base contract: `historyHead` at storage slot 0 and `historySize` at slot 1 are a
/// published format, provable by `eth_getProof`.
abstract contract RegistryHistory {
    /// @notice The hash of the whole history; the seed as long as nothing has happened.
    /// @dev `sha256(previous head ‖ sha256(abi.encode(sequence, time, sender, topic 0, own fields)))`, where the
    /// own fields stand in ABI order (the indexed one, too) and text and bytes enter by their SHA-256.
    bytes32 public historyHead;

    /// @notice How many events the history has.
    uint256 public historySize;

    /// @dev What ends every event: its place in the history, its time, and the head that includes it.
    struct Tail {
        uint64 sequence;
        uint64 time;
        bytes32 head;
    }

    /// @dev Start from the seed, which ties the history to this chain, this contract and its root institution.
    constructor(bytes32 rootInstitution) {
        historyHead = sha256(
            abi.encode("hocba/registry/1", block.chainid, address(this), rootInstitution)
        );
    }

    /// @dev Take one event into the history.
    /// @param topic The event's topic 0.
    /// @param ownFields The ABI encoding of the event's own fields, all static, in ABI order.
    /// @return tail What the event must carry behind its own fields.
    function _append(bytes32 topic, bytes memory ownFields) internal returns (Tail memory tail) {
        tail.sequence = uint64(historySize + 1);
        tail.time = _now();
        bytes32 step = sha256(
            bytes.concat(abi.encode(tail.sequence, tail.time, msg.sender, topic), ownFields)
        );
        tail.head = sha256(bytes.concat(historyHead, step));
        historyHead = tail.head;
        historySize = tail.sequence;
    }

    /// @dev The block time, in the width that all times of the registry have.
    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}
