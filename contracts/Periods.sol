// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev A span of time: a moment m lies inside when `from <= m < until`.
struct Period {
    uint64 from;
    uint64 until;
}

/// @dev The end of a period that has none.
uint64 constant OPEN_END = type(uint64).max;

/// @notice A period may not begin before the block that makes it.
error TranscriptRegistryBackDated(uint64 from, uint64 time);

/// @notice A period must end after it begins.
error TranscriptRegistryEmptyPeriod(uint64 from, uint64 until);

/// @notice A new period may not begin before the one before it ends.
error TranscriptRegistryPeriodOverlaps(uint64 from, uint64 lastUntil);

/// @notice There are only `count` periods.
error TranscriptRegistryUnknownPeriod(uint256 period, uint256 count);

/// @notice An end takes effect in the next second at the earliest.
error TranscriptRegistryEndTooEarly(uint64 until, uint64 earliest);

/// @notice An end can only be brought forward.
error TranscriptRegistryEndNotEarlier(uint64 until, uint64 currentUntil);

/// @title Lists of periods that ascend, do not overlap, and are never rewritten.
/// @dev A period that was ended before it began (`until <= from`) holds no moment and stands in nobody's way.
library Periods {
    /// @notice Add a period.
    /// @param from Its first second; zero for now.
    /// @param until The first second after it; zero for no end.
    /// @return index Its place in the list.
    /// @return period What was added.
    function add(
        Period[] storage periods,
        uint64 from,
        uint64 until,
        uint64 time
    ) internal returns (uint256 index, Period memory period) {
        period = Period(from == 0 ? time : from, until == 0 ? OPEN_END : until);
        if (period.from < time) revert TranscriptRegistryBackDated(period.from, time);
        if (period.until <= period.from) {
            revert TranscriptRegistryEmptyPeriod(period.from, period.until);
        }
        uint64 lastUntil = _lastUntil(periods);
        if (period.from < lastUntil) {
            revert TranscriptRegistryPeriodOverlaps(period.from, lastUntil);
        }
        index = periods.length;
        periods.push(period);
    }

    /// @notice Bring the end of a period forward.
    /// @param until The first second after it; zero for the next second.
    /// @return before The end that it had.
    /// @return afterwards The end that it has now.
    function end(
        Period[] storage periods,
        uint256 index,
        uint64 until,
        uint64 time
    ) internal returns (uint64 before, uint64 afterwards) {
        if (index >= periods.length) revert TranscriptRegistryUnknownPeriod(index, periods.length);
        before = periods[index].until;
        afterwards = until == 0 ? time + 1 : until;
        if (afterwards <= time) revert TranscriptRegistryEndTooEarly(afterwards, time + 1);
        if (afterwards >= before) revert TranscriptRegistryEndNotEarlier(afterwards, before);
        periods[index].until = afterwards;
    }

    /// @notice Tell whether a moment lies inside one of the periods.
    function includes(Period[] storage periods, uint64 moment) internal view returns (bool) {
        for (uint256 i = periods.length; i > 0; --i) {
            Period memory period = periods[i - 1];
            if (period.from <= moment && moment < period.until) return true;
        }
        return false;
    }

    function _lastUntil(Period[] storage periods) private view returns (uint64) {
        for (uint256 i = periods.length; i > 0; --i) {
            Period memory period = periods[i - 1];
            if (period.from < period.until) return period.until;
        }
        return 0;
    }
}
