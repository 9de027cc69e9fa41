// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {OPEN_END, Period, Periods} from "./Periods.sol";
import {RegistryInstitutions} from "./RegistryInstitutions.sol";

/// @title Who may do what, for which institution, and when.
/// @notice A grant is account × institution × role × period. An AUTHORITY acts for its institution and all below it;
/// an ISSUER or REVOKER for exactly its institution.
abstract contract RegistryGrants is RegistryInstitutions {
    using Periods for Period[];

    /// @notice Registers below itself, grants, declares certificates, revokes and supersedes in its subtree.
    uint8 public constant AUTHORITY = 1;

    /// @notice Anchors batches of its institution.
    uint8 public constant ISSUER = 2;

    /// @notice Revokes and supersedes entries of its institution.
    uint8 public constant REVOKER = 3;

    /// @notice How many accounts hold an AUTHORITY grant without end at the root institution; never zero.
    uint256 public rootAuthorities;

    mapping(bytes32 institution => mapping(address account => mapping(uint8 role => Period[])))
        private _grants;

    /// @notice `account` holds `role` at `institution` from `from` until `until` (excluded).
    event Granted(
        bytes32 indexed institution,
        address account,
        uint8 role,
        uint256 period,
        uint64 from,
        uint64 until,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice The end of a grant's period was brought forward to `until` (excluded).
    event GrantEnded(
        bytes32 indexed institution,
        address account,
        uint8 role,
        uint256 period,
        uint64 until,
        bytes32 actingFor,
        uint64 sequence,
        uint64 time,
        address sender,
        bytes32 head
    );

    /// @notice `account` does not hold `role` at `institution` now.
    error TranscriptRegistryNotGranted(address account, bytes32 institution, uint8 role);

    /// @notice There is no such role.
    error TranscriptRegistryUnknownRole(uint8 role);

    /// @notice Nobody can act as this account.
    error TranscriptRegistryUnusableAccount(address account);

    /// @notice AUTHORITY at `institution` is given and taken from above, not by `actingFor`.
    error TranscriptRegistryNotStrictlyBelow(bytes32 actingFor, bytes32 institution);

    /// @notice AUTHORITY at the root begins now and has no end.
    error TranscriptRegistryRootAuthorityNotOpen(uint64 from, uint64 until);

    /// @notice `account` is the last that holds AUTHORITY at the root.
    error TranscriptRegistryLastRootAuthority(address account);

    /// @notice Grant `role` at `institution` to `account`.
    /// @dev For an AUTHORITY of `actingFor`, which is `institution` or above it; strictly above it when the role is
    /// AUTHORITY, except that the root manages its own.
    /// @param from First second; zero for now, no back-dating.
    /// @param until First second after the period; zero for no end.
    function grant(
        bytes32 actingFor,
        address account,
        bytes32 institution,
        uint8 role,
        uint64 from,
        uint64 until
    ) external whileInUse {
        _checkGrantor(actingFor, institution, role);
        _grant(actingFor, account, institution, role, from, until);
    }

    /// @notice Bring the end of a grant forward.
    /// @dev For those who may grant it. The last AUTHORITY of the root cannot be ended.
    /// @param period Which of the periods of this account, institution and role.
    /// @param until First second after the period; zero for the next second.
    function endGrant(
        bytes32 actingFor,
        address account,
        bytes32 institution,
        uint8 role,
        uint256 period,
        uint64 until
    ) external {
        _checkGrantor(actingFor, institution, role);
        (uint64 before, uint64 afterwards) = _grants[institution][account][role].end(
            period,
            until,
            _now()
        );
        if (institution == ROOT_INSTITUTION && role == AUTHORITY && before == OPEN_END) {
            if (rootAuthorities == 1) revert TranscriptRegistryLastRootAuthority(account);
            --rootAuthorities;
        }
        Tail memory tail = _append(
            GrantEnded.selector,
            abi.encode(institution, account, role, period, afterwards, actingFor)
        );
        emit GrantEnded(
            institution,
            account,
            role,
            period,
            afterwards,
            actingFor,
            tail.sequence,
            tail.time,
            msg.sender,
            tail.head
        );
    }

    /// @notice Tell whether `account` held `role` at exactly `institution` at `moment` (Unix seconds).
    function wasGranted(
        address account,
        bytes32 institution,
        uint8 role,
        uint64 moment
    ) public view returns (bool) {
        return _grants[institution][account][role].includes(moment);
    }

    /// @notice All periods in which `account` held or will hold `role` at `institution`, in order of making.
    function grantPeriods(
        address account,
        bytes32 institution,
        uint8 role
    ) external view returns (Period[] memory) {
        return _grants[institution][account][role];
    }

    /// @dev Grant without asking who grants; the constructor's way to the first AUTHORITY.
    function _grant(
        bytes32 actingFor,
        address account,
        bytes32 institution,
        uint8 role,
        uint64 from,
        uint64 until
    ) internal {
        if (account == address(0)) revert TranscriptRegistryUnusableAccount(account);
        (uint256 index, Period memory period) = _grants[institution][account][role].add(
            from,
            until,
            _now()
        );
        if (institution == ROOT_INSTITUTION && role == AUTHORITY) {
            if (period.from != _now() || period.until != OPEN_END) {
                revert TranscriptRegistryRootAuthorityNotOpen(period.from, period.until);
            }
            ++rootAuthorities;
        }
        _recordGrant(actingFor, account, institution, role, index, period);
    }

    /// @dev Check that the sender holds AUTHORITY at `actingFor` and that `institution` stands within it.
    function _checkAuthority(bytes32 actingFor, bytes32 institution) internal view {
        _checkGranted(actingFor, AUTHORITY);
        _checkWithin(actingFor, institution);
    }

    /// @dev Check that the sender holds `role` at exactly `institution` now.
    function _checkGranted(bytes32 institution, uint8 role) internal view {
        if (!wasGranted(msg.sender, institution, role, _now())) {
            revert TranscriptRegistryNotGranted(msg.sender, institution, role);
        }
    }

    function _checkGrantor(bytes32 actingFor, bytes32 institution, uint8 role) private view {
        if (role == 0 || role > REVOKER) revert TranscriptRegistryUnknownRole(role);
        _checkAuthority(actingFor, institution);
        if (role == AUTHORITY && actingFor == institution && institution != ROOT_INSTITUTION) {
            revert TranscriptRegistryNotStrictlyBelow(actingFor, institution);
        }
    }

    function _recordGrant(
        bytes32 actingFor,
        address account,
        bytes32 institution,
        uint8 role,
        uint256 index,
        Period memory period
    ) private {
        Tail memory tail = _append(
            Granted.selector,
            abi.encode(institution, account, role, index, period.from, period.until, actingFor)
        );
        emit Granted(
            institution,
            account,
            role,
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
