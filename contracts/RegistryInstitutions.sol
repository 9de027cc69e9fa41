// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryLifetime} from "./RegistryLifetime.sol";

/// @title The tree of institutions: ministry, departments, schools, of any depth.
/// @notice An institution is its code: 1 to 32 characters of `[A-Za-z0-9._-]` in ASCII, zero-padded to 32 bytes.
abstract contract RegistryInstitutions is RegistryLifetime {
    /// @dev What is stored of an institution; its names stand in its registration event.
    struct Institution {
        bytes32 parent;
        uint64 registeredAt;
    }

    /// @notice The institution at the top of the tree.
    bytes32 public immutable ROOT_INSTITUTION;

    /// @notice The parent of an institution (zero for the root) and when it was registered (zero for an unknown one).
    mapping(bytes32 institution => Institution) public institutions;

    /// @notice An institution was registered below `parent`.
    event InstitutionRegistered(
        bytes32 indexed institution,
        bytes32 parent,
        string name,
        string upstreamCodes,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice `institution` is not 1 to 32 characters of `[A-Za-z0-9._-]`, zero-padded.
    error TranscriptRegistryMalformedInstitution(bytes32 institution);

    /// @notice `institution` is registered already.
    error TranscriptRegistryInstitutionExists(bytes32 institution);

    /// @notice `institution` was never registered.
    error TranscriptRegistryUnknownInstitution(bytes32 institution);

    /// @notice `institution` is neither `ancestor` nor below it.
    error TranscriptRegistryNotWithin(bytes32 ancestor, bytes32 institution);

    constructor(bytes32 rootInstitution) {
        ROOT_INSTITUTION = rootInstitution;
    }

    /// @notice Tell whether `institution` is `ancestor` or stands below it; one storage read a level.
    function isWithin(bytes32 ancestor, bytes32 institution) public view returns (bool) {
        if (institutions[ancestor].registeredAt == 0) return false;
        bytes32 node = institution;
        while (node != ancestor) {
            if (node == bytes32(0)) return false;
            node = institutions[node].parent;
        }
        return true;
    }

    /// @dev Register an institution; who may do that is the caller's business.
    function _register(
        bytes32 parent,
        bytes32 institution,
        string memory name,
        string memory upstreamCodes
    ) internal {
        if (!_isWellFormed(institution)) revert TranscriptRegistryMalformedInstitution(institution);
        if (institutions[institution].registeredAt != 0) {
            revert TranscriptRegistryInstitutionExists(institution);
        }
        institutions[institution] = Institution(parent, _now());
        Tail memory tail = _append(
            InstitutionRegistered.selector,
            abi.encode(institution, parent, sha256(bytes(name)), sha256(bytes(upstreamCodes)))
        );
        emit InstitutionRegistered(
            institution,
            parent,
            name,
            upstreamCodes,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    function _checkWithin(bytes32 ancestor, bytes32 institution) internal view {
        if (institutions[institution].registeredAt == 0) {
            revert TranscriptRegistryUnknownInstitution(institution);
        }
        if (!isWithin(ancestor, institution)) {
            revert TranscriptRegistryNotWithin(ancestor, institution);
        }
    }

    /// @dev Characters first, then nothing but zeros; at least one character.
    function _isWellFormed(bytes32 institution) private pure returns (bool) {
        if (institution[0] == 0) return false;
        bool ended = false;
        for (uint256 i = 0; i < 32; ++i) {
            bytes1 character = institution[i];
            if (character == 0) ended = true;
            else if (ended || !_isCodeCharacter(character)) return false;
        }
        return true;
    }

    function _isCodeCharacter(bytes1 character) private pure returns (bool) {
        return
            (character >= "a" && character <= "z") ||
            (character >= "A" && character <= "Z") ||
            (character >= "0" && character <= "9") ||
            character == "." ||
            character == "_" ||
            character == "-";
    }
}
