// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryHistory} from "./RegistryHistory.sol";
import {RegistryInstitutions} from "./RegistryInstitutions.sol";
import {RegistryStatuses} from "./RegistryStatuses.sol";

/// @title Public record of issued school transcripts.
/// @notice Holds no personal data: only roots, digests of signed documents, series ids, institution codes,
/// certificate identities, times and reason codes. It cannot be upgraded.
contract TranscriptRegistry is RegistryStatuses {
    /// @notice The version of this interface; each has one ABI.
    uint256 public constant VERSION = 1;

    /// @notice Only the root institution can do this, not `actingFor`.
    error TranscriptRegistryNotRoot(bytes32 actingFor);

    /// @notice Make a registry whose tree begins with `rootInstitution`.
    /// @param name The root institution's name, for people.
    /// @param upstreamCodes Its codes in other registers, for people.
    /// @param authority The first account with AUTHORITY at the root; may be a multi-signature contract.
    constructor(
        bytes32 rootInstitution,
        string memory name,
        string memory upstreamCodes,
        address authority
    ) RegistryHistory(rootInstitution) RegistryInstitutions(rootInstitution) {
        _register(bytes32(0), rootInstitution, name, upstreamCodes);
        _grant(rootInstitution, authority, rootInstitution, AUTHORITY, 0, 0);
    }

    /// @notice Register an institution below `parent`.
    /// @dev For an AUTHORITY of `actingFor`, which is `parent` or above it.
    /// @param institution Its code; it never changes, and no other institution may have it.
    /// @param name Its name, for people.
    /// @param upstreamCodes Its codes in other registers, for people.
    function registerInstitution(
        bytes32 actingFor,
        bytes32 parent,
        bytes32 institution,
        string calldata name,
        string calldata upstreamCodes
    ) external whileInUse {
        _checkAuthority(actingFor, parent);
        _register(parent, institution, name, upstreamCodes);
    }

    /// @notice End the registry's life. This cannot be undone.
    /// @dev For an AUTHORITY of the root institution, once.
    /// @param successor_ The next registry, for people; zero for none.
    function retire(bytes32 actingFor, address successor_) external whileInUse {
        if (actingFor != ROOT_INSTITUTION) revert TranscriptRegistryNotRoot(actingFor);
        _checkGranted(actingFor, AUTHORITY);
        _retire(successor_);
    }
}
