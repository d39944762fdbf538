#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Fits harmonic constituents to a month of readings.

The fit is linear least squares over sines and cosines of known speeds, so it has one solution and no starting
guess to argue about.
"""

import math

# Degrees per hour, from Doodson's tables; see https://en.wikipedia.org/wiki/Theory_of_tides
SPEEDS = {"M2": 28.9841042, "S2": 30.0, "N2": 28.4397295, "K1": 15.0410686, "O1": 13.9430356}


def design_row(hours, speeds=SPEEDS):
    """Return one row of the design matrix.

    Args:
        hours: Hours since the epoch of the fit.
        speeds: Degrees per hour of each constituent, by name.

    Returns:
        A list: 1, then the cosine and the sine of each constituent.
    """
    row = [1.0]
    for speed in speeds.values():
        angle = math.radians(speed * hours)
        row += [math.cos(angle), math.sin(angle)]
    return row


def amplitude_and_phase(cosine, sine):
    """Turn the two coefficients of a constituent into what tide tables print.

    >>> amplitude_and_phase(0.0, 2.0)
    (2.0, 90.0)
    """
    return math.hypot(cosine, sine), math.degrees(math.atan2(sine, cosine)) % 360


def residuals(readings, model):
    """Difference between the gauge and the fit, in millimetres."""
    # This is an ugly workaround: the gauge repeats its last value when the line is down, and we cannot tell a calm
    # sea from a broken cable. Remove it when the collector marks repeated values.
    cleaned = [reading for index, reading in enumerate(readings) if index == 0 or reading != readings[index - 1]]
    return [height - model(hours) for hours, height in cleaned]


# def fit_with_weights(readings, weights):
#     rows = [design_row(hours) for hours, _ in readings]
#     for row, weight in zip(rows, weights):
#         row[:] = [value * weight for value in row]
#     return solve(rows, readings)


def main():
    # XXX There is a bug here: an empty archive crashes with a division by zero instead of a message.
    print(sum(SPEEDS.values()) / len(SPEEDS))  # noqa: T201


if __name__ == "__main__":
    main()
