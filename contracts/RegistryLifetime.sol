// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryHistory} from "./RegistryHistory.sol";

/// @title The end of the registry's life.
/// @notice A retired registry takes no new institutions, grants, certificates or batches. Revoking, superseding,
/// ending and publishing manifests go on for ever, because what was issued stays verifiable for ever.
abstract contract RegistryLifetime is RegistryHistory {
    /// @notice When the registry was retired (Unix seconds); zero while it is in use.
    uint64 public retiredAt;

    /// @notice The registry that the root institution named as the next one; zero for none.
    /// @dev For people. No verifier follows it by itself.
    address public successor;

    /// @notice The registry was retired in favour of `successor`.
    event Retired(address successor, uint64 sequence, uint64 time, address sender, bytes32 head);

    /// @notice The registry takes nothing new since `retiredAt`.
    error TranscriptRegistryRetired(uint64 retiredAt, address successor);

    modifier whileInUse() {
        _checkInUse();
        _;
    }

    /// @dev Retire for ever.
    function _retire(address successor_) internal {
        retiredAt = _now();
        successor = successor_;
        Tail memory tail = _append(Retired.selector, abi.encode(successor_));
        emit Retired(successor_, tail.sequence, tail.time, msg.sender, tail.head);
    }

    function _checkInUse() private view {
        if (retiredAt != 0) revert TranscriptRegistryRetired(retiredAt, successor);
    }
}
